-- Where every chain stood at a moment, signed: whoever writes a chain anew does not have the key.

create table signed_head (
    signed_at timestamptz primary key,
    statement text not null,
    key_id    text not null references signing_key,
    signature bytea not null
);
create trigger signed_head_kept before update on signed_head for each row execute function refuse_change();
