-- What proves the books to others: hashes of complete subtrees, so that proofs need not read a whole log, and signed
-- checkpoints. Both are only ever added to; the verifier derives both anew from the records.

create table merkle_tiles (
    tenant_id uuid not null,
    -- The subtree has 2^level leaves and begins with leaf number * 2^level.
    level     smallint not null check (level in (8, 16, 24)),
    number    bigint not null check (number >= 0),
    hash      bytea not null check (length(hash) = 32),
    primary key (tenant_id, level, number)
);
call protect_by_tenant('merkle_tiles');

-- What was signed and published: the log of a book had this root when it had this many records.
create table checkpoints (
    tenant_id  uuid not null,
    size       bigint not null check (size > 0),
    root_hash  bytea not null check (length(root_hash) = 32),
    chain_hash bytea not null check (length(chain_hash) = 32),
    issued_at  timestamptz not null,
    key_id     text not null,
    -- The same, signed: a compact JWS (RFC 7515).
    jws        text not null,
    primary key (tenant_id, size)
);
call protect_by_tenant('checkpoints');

create trigger merkle_tiles_are_immutable before update or delete or truncate on merkle_tiles
    for each statement execute function refuse_change();
create trigger checkpoints_are_immutable before update or delete or truncate on checkpoints
    for each statement execute function refuse_change();

-- A checkpoint goes beyond the last one, and is of a log that is there.
create function check_checkpoint() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if exists (select from checkpoints where tenant_id = new.tenant_id and size >= new.size) then
        raise exception 'A checkpoint of % or more records exists already.', new.size
            using errcode = 'restrict_violation';
    end if;
    if new.chain_hash is distinct from coalesce(
        (select chain_hash from entries where tenant_id = new.tenant_id and position = new.size),
        (select chain_hash from book_events where tenant_id = new.tenant_id and position = new.size)) then
        raise exception 'A checkpoint is of the log as it is: record % has another chain hash, or is not there.',
            new.size using errcode = 'check_violation';
    end if;
    return new;
end
$$;
create trigger checkpoints_go_forward before insert on checkpoints
    for each row execute function check_checkpoint();
revoke all on function check_checkpoint() from public;

grant select, insert on merkle_tiles, checkpoints to $app_role$;
