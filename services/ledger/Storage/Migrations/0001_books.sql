-- The books of all tenants. What the database itself refuses, whoever asks:
--   1. an entry whose debits and credits differ in any currency, or that has fewer than two legs (at commit);
--   2. any change or removal of an entry or a leg, by the owner as well, and a leg added after its entry's transaction;
--   3. a balance outside the account's limits: available >= minimum, balance with what is pending to come <= maximum;
--   4. an amount that is not positive, and totals beyond 64 bits (bigint arithmetic fails, it does not wrap);
--   5. a second entry under one key, a second resolution of a pending entry, a second reversal;
--   6. a leg in another currency, or of another tenant, than its account.
-- The app role may insert entries and legs and move the four totals of an account; nothing else.

create table accounts (
    tenant_id       uuid not null,
    id              uuid primary key,
    code            text not null check (length(code) between 1 and 200),
    currency        text not null check (currency ~ '^[A-Z]{3}$'),
    normal_side     text not null check (normal_side in ('DEBIT', 'CREDIT')),
    kind            text not null check (kind in ('ASSET', 'LIABILITY', 'POSITION', 'INCOME', 'EXPENSE')),
    status          text not null default 'ACTIVATED' check (status in ('ACTIVATED', 'FROZEN', 'CLOSED')),
    -- Limits in minor units of the currency; null is no limit. A minimum below zero is an overdraft.
    minimum         bigint,
    maximum         bigint,
    -- Totals in minor units. Pending ones are of entries that are neither posted nor voided yet.
    posted_debits   bigint not null default 0 check (posted_debits >= 0),
    posted_credits  bigint not null default 0 check (posted_credits >= 0),
    pending_debits  bigint not null default 0 check (pending_debits >= 0),
    pending_credits bigint not null default 0 check (pending_credits >= 0),
    -- What pending movements would take away counts, what they would bring never does.
    balance         bigint not null generated always as (
        case normal_side when 'DEBIT' then posted_debits - posted_credits else posted_credits - posted_debits end) stored,
    available       bigint not null generated always as (
        case normal_side when 'DEBIT' then posted_debits - posted_credits - pending_credits
                         else posted_credits - posted_debits - pending_debits end) stored,
    opened_at       timestamptz not null,
    unique (tenant_id, code, currency),
    unique (tenant_id, id, currency),
    constraint accounts_minimum check (minimum is null or available >= minimum),
    constraint accounts_maximum check (maximum is null or
        case normal_side when 'DEBIT' then posted_debits - posted_credits + pending_debits
                         else posted_credits - posted_debits + pending_credits end <= maximum)
);
call protect_by_tenant('accounts');

create table entries (
    tenant_id      uuid not null,
    id             uuid primary key,
    -- The order of booking. Entries that share an account are in the order of their commits, for its row is locked.
    position       bigint generated always as identity unique,
    transaction_id uuid,
    step           text not null,
    number         int not null check (number > 0),
    -- <transaction>:<step>:<number> for what a transfer books: for ever, beside the inbox and the stored answers.
    key            text not null check (length(key) between 1 and 400),
    content_hash   bytea not null check (length(content_hash) = 32),
    kind           text not null check (kind in ('POSTED', 'PENDING', 'VOIDED')),
    -- The pending entry that this one posts (POSTED) or voids (VOIDED).
    resolves_entry uuid,
    reverses_entry uuid,
    booked_at      timestamptz not null,
    booked_by      text,
    -- Legs may only be written by the transaction that wrote their entry.
    written_by     xid8 not null default pg_current_xact_id(),
    constraint entries_key unique (tenant_id, key),
    unique (tenant_id, id),
    foreign key (tenant_id, resolves_entry) references entries (tenant_id, id),
    foreign key (tenant_id, reverses_entry) references entries (tenant_id, id),
    check (kind <> 'PENDING' or (resolves_entry is null and reverses_entry is null)),
    check (kind <> 'VOIDED' or (resolves_entry is not null and reverses_entry is null)),
    check (resolves_entry is null or reverses_entry is null)
);
create unique index entries_resolve_once on entries (resolves_entry) where resolves_entry is not null;
create unique index entries_reverse_once on entries (reverses_entry) where reverses_entry is not null;
create index entries_by_transaction on entries (tenant_id, transaction_id, position) where transaction_id is not null;
call protect_by_tenant('entries');

create table legs (
    tenant_id        uuid not null,
    entry_id         uuid not null,
    number           int not null check (number > 0),
    position         bigint generated always as identity unique,
    account_id       uuid not null,
    currency         text not null,
    side             text not null check (side in ('DEBIT', 'CREDIT')),
    amount           bigint not null check (amount > 0),
    previous_balance bigint not null,
    new_balance      bigint not null,
    new_available    bigint not null,
    primary key (entry_id, number),
    foreign key (tenant_id, entry_id) references entries (tenant_id, id),
    foreign key (tenant_id, account_id, currency) references accounts (tenant_id, id, currency)
);
create index legs_by_account on legs (account_id, position);
call protect_by_tenant('legs');

-- A request to reserve that was refused keeps its answer, so that the same number is never answered in two ways.
create table refused_reservations (
    tenant_id      uuid not null,
    transaction_id uuid not null,
    number         int not null check (number > 0),
    code           text not null,
    refused_at     timestamptz not null,
    primary key (tenant_id, transaction_id, number)
);
call protect_by_tenant('refused_reservations');

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'The books are only ever added to: % on % is refused.', tg_op, tg_table_name
        using errcode = 'restrict_violation';
end
$$;
create trigger entries_are_immutable before update or delete or truncate on entries
    for each statement execute function refuse_change();
create trigger legs_are_immutable before update or delete or truncate on legs
    for each statement execute function refuse_change();
create trigger accounts_stay before delete or truncate on accounts
    for each statement execute function refuse_change();
create trigger refusals_are_immutable before update or delete or truncate on refused_reservations
    for each statement execute function refuse_change();

-- The checks below run as the owner, so that they see an entry also when a transaction holds entries of several tenants.
create function check_leg() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if exists (
        select from legs where tenant_id = new.tenant_id and entry_id = new.entry_id group by currency
        having sum(case side when 'DEBIT' then amount else 0 end) <> sum(case side when 'CREDIT' then amount else 0 end)) then
        raise exception 'Entry % does not balance: debits and credits differ in a currency.', new.entry_id
            using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create constraint trigger legs_balance after insert on legs
    deferrable initially deferred for each row execute function check_leg();

create function check_entry() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if (select count(*) from legs where tenant_id = new.tenant_id and entry_id = new.id) < 2 then
        raise exception 'Entry % has fewer than two legs.', new.id using errcode = 'check_violation';
    end if;
    if new.resolves_entry is not null and not exists (
        select from entries where id = new.resolves_entry and kind = 'PENDING') then
        raise exception 'Entry % resolves one that is not pending.', new.id using errcode = 'check_violation';
    end if;
    if new.reverses_entry is not null and not exists (
        select from entries where id = new.reverses_entry and kind = 'POSTED' and reverses_entry is null) then
        raise exception 'Entry % reverses one that cannot be reversed.', new.id using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create constraint trigger entries_are_whole after insert on entries
    deferrable initially deferred for each row execute function check_entry();

create function refuse_late_legs() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if exists (
        select from added join entries on entries.id = added.entry_id
        where entries.written_by <> pg_current_xact_id()) then
        raise exception 'A leg cannot be added to an entry that is in the books already.'
            using errcode = 'restrict_violation';
    end if;
    return null;
end
$$;
create trigger legs_come_with_their_entry after insert on legs referencing new table as added
    for each statement execute function refuse_late_legs();

revoke all on function check_leg(), check_entry(), refuse_late_legs() from public;

grant select on accounts, entries, legs, refused_reservations to $app_role$;
grant insert (tenant_id, id, code, currency, normal_side, kind, minimum, opened_at) on accounts to $app_role$;
grant update (posted_debits, posted_credits, pending_debits, pending_credits) on accounts to $app_role$;
grant insert (tenant_id, id, transaction_id, step, number, key, content_hash, kind, resolves_entry, reverses_entry,
    booked_at, booked_by) on entries to $app_role$;
grant insert (tenant_id, entry_id, number, account_id, currency, side, amount, previous_balance, new_balance, new_available)
    on legs to $app_role$;
grant insert on refused_reservations to $app_role$;
