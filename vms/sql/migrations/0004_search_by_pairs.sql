-- A search for text among tens of thousands of cameras looks at pairs of letters first: an index that Postgres has of its
-- own, where extensions for it (pg_trgm) may not be there.

create function letter_pairs(words text) returns text[] language sql immutable strict parallel safe as $$
    select array(select substr(words, at, 2) from generate_series(1, length(words) - 1) as at)
$$;
create index camera_search on camera using gin (letter_pairs(search)) where removed_at is null;
