"""What every part stands on: clock, errors, tasks, mailboxes, Postgres, logs. No word of the domain."""
