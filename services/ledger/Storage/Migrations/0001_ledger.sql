-- The books of all tenants: one book per tenant, an append-only log of records (entries and events), each with its
-- place in the log, its hash and the hash of the chain up to it. What the database itself refuses, whoever asks:
--   1. an entry whose debits and credits differ in any currency, with fewer than two legs, or with legs that come later;
--   2. any change or removal of an entry, a leg or an event, and a record that leaves a gap or goes back in time;
--   3. an account whose totals are not what its legs add up to: legs move them, by trigger, and nothing else may;
--   4. a leg that reports another balance than its account then has;
--   5. an available balance below the account's minimum, a balance with what is to come above its maximum;
--   6. an amount that is not positive, and totals beyond 64 bits (bigint arithmetic fails, it does not wrap);
--   7. a second entry under one key, a second resolution, a second reversal, a resolution of more than was held;
--   8. a leg in another currency, or of another tenant, than its account, or of an account that is not active;
--   9. a value date in a closed period.

do $$
begin
    if to_regclass('entries') is not null then
        raise exception 'This database holds the books of an earlier development version, which this one cannot read. '
            'Keep it for that version and start with an empty one: ./fincode up --fresh.';
    end if;
end
$$;

create table books (
    tenant_id    uuid primary key,
    -- How many records there are: the size of the log. A writer locks this row, so there is one writer at a time.
    position     bigint not null default 0,
    chain_hash   bytea not null default decode(repeat('00', 32), 'hex') check (length(chain_hash) = 32),
    booked_at    timestamptz not null default '2000-01-01T00:00:00Z',
    closed_until date
);
call protect_by_tenant('books');

create table accounts (
    tenant_id       uuid not null,
    id              uuid primary key,
    code            text not null check (length(code) between 1 and 200),
    currency        text not null check (currency ~ '^[A-Z]{3}$'),
    normal_side     text not null check (normal_side in ('DEBIT', 'CREDIT')),
    class           text not null check (class in ('ASSET', 'LIABILITY', 'POSITION', 'INCOME', 'EXPENSE')),
    status          text not null default 'ACTIVATED' check (status in ('ACTIVATED', 'FROZEN', 'CLOSED')),
    owner           text,
    -- A JSON object of texts, its keys in byte order.
    metadata        text,
    -- Limits in minor units of the currency; null is no limit. A minimum below zero is an overdraft.
    minimum         bigint,
    maximum         bigint,
    -- Totals in minor units. Pending ones are of entries that are neither posted nor voided yet; liens only take away.
    posted_debits   bigint not null default 0 check (posted_debits >= 0),
    posted_credits  bigint not null default 0 check (posted_credits >= 0),
    pending_debits  bigint not null default 0 check (pending_debits >= 0),
    pending_credits bigint not null default 0 check (pending_credits >= 0),
    liens           bigint not null default 0 check (liens >= 0),
    balance         bigint not null generated always as (
        case normal_side when 'DEBIT' then posted_debits - posted_credits
                         else posted_credits - posted_debits end) stored,
    -- What pending movements would take away counts, what they would bring never does.
    available       bigint not null generated always as (
        case normal_side when 'DEBIT' then posted_debits - posted_credits - pending_credits
                         else posted_credits - posted_debits - pending_debits end - liens) stored,
    -- Somebody wants to know when the available balance crosses a threshold.
    monitored       boolean not null default false,
    opened_at       timestamptz not null,
    unique (tenant_id, code, currency),
    constraint accounts_minimum check (minimum is null or available >= minimum),
    constraint accounts_maximum check (maximum is null or
        case normal_side when 'DEBIT' then posted_debits - posted_credits + pending_debits
                         else posted_credits - posted_debits + pending_credits end <= maximum),
    check (status <> 'CLOSED'
        or (posted_debits = posted_credits and pending_debits = 0 and pending_credits = 0 and liens = 0))
) with (fillfactor = 70);
call protect_by_tenant('accounts');

-- What a day (by value) added to an account: what balances of a value date are made of.
create table account_days (
    tenant_id  uuid not null,
    account_id uuid not null,
    value_date date not null,
    debits     bigint not null check (debits >= 0),
    credits    bigint not null check (credits >= 0),
    primary key (account_id, value_date)
) with (fillfactor = 70);
call protect_by_tenant('account_days');

create table entries (
    tenant_id      uuid not null,
    position       bigint not null check (position > 0),
    id             uuid not null unique,
    -- <transaction>:<step>:<number> for what a transfer books: for ever, beside the inbox and the stored answers.
    key            text not null check (length(key) between 1 and 400),
    content_hash   bytea not null check (length(content_hash) = 32),
    transaction_id uuid,
    step           text not null,
    number         int not null check (number > 0),
    kind           text not null check (kind in ('POSTED', 'PENDING', 'LIEN', 'VOIDED')),
    -- The position of the pending entry or lien that this one posts (POSTED) or lets go (VOIDED).
    resolves       bigint,
    reverses       bigint,
    value_date     date not null,
    expires_at     timestamptz,
    booked_at      timestamptz not null,
    booked_by      text,
    approved_by    text,
    -- What the other side's statement names this movement by.
    reference      text,
    description    text,
    metadata       text,
    leg_count      int not null,
    leaf_hash      bytea not null check (length(leaf_hash) = 32),
    chain_hash     bytea not null check (length(chain_hash) = 32),
    primary key (tenant_id, position),
    constraint entries_key unique (tenant_id, key),
    constraint entries_four_eyes check (approved_by is null or (booked_by is not null and approved_by <> booked_by)),
    check (kind not in ('PENDING', 'LIEN') or (resolves is null and reverses is null)),
    check (kind <> 'VOIDED' or (resolves is not null and reverses is null)),
    check (resolves is null or reverses is null),
    check (resolves < position and reverses < position),
    check (expires_at is null or kind in ('PENDING', 'LIEN')),
    check (leg_count >= case kind when 'LIEN' then 1 when 'VOIDED' then 1 else 2 end)
);
create unique index entries_resolve_once on entries (tenant_id, resolves) where resolves is not null;
create unique index entries_reverse_once on entries (tenant_id, reverses) where reverses is not null;
create index entries_by_transaction on entries (tenant_id, transaction_id, position) where transaction_id is not null;
create index entries_by_expiry on entries (expires_at) where expires_at is not null;
call protect_by_tenant('entries');

create table legs (
    tenant_id        uuid not null,
    entry_position   bigint not null,
    number           int not null check (number > 0),
    account_id       uuid not null,
    currency         text not null,
    side             text not null check (side in ('DEBIT', 'CREDIT')),
    amount           bigint not null check (amount > 0),
    previous_balance bigint not null,
    new_balance      bigint not null,
    new_available    bigint not null,
    primary key (tenant_id, entry_position, number)
);
create index legs_by_account on legs (account_id, entry_position, number);
call protect_by_tenant('legs');

-- What happened to the book besides entries: accounts opened and changed, periods closed. Records of the same log.
create table book_events (
    tenant_id   uuid not null,
    position    bigint not null check (position > 0),
    kind        text not null check (kind in ('ACCOUNT_OPENED', 'ACCOUNT_CHANGED', 'PERIOD_CLOSED')),
    -- The account, if it is about one.
    account_id  uuid,
    -- The record as it is hashed (docs/ledger-log.md).
    content     text not null,
    booked_at   timestamptz not null,
    booked_by   text,
    approved_by text,
    leaf_hash   bytea not null check (length(leaf_hash) = 32),
    chain_hash  bytea not null check (length(chain_hash) = 32),
    primary key (tenant_id, position),
    check (approved_by is null or (booked_by is not null and approved_by <> booked_by))
);
call protect_by_tenant('book_events');

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
create trigger book_events_are_immutable before update or delete or truncate on book_events
    for each statement execute function refuse_change();
create trigger accounts_stay before delete or truncate on accounts
    for each statement execute function refuse_change();
create trigger books_stay before delete or truncate on books
    for each statement execute function refuse_change();
create trigger refusals_are_immutable before update or delete or truncate on refused_reservations
    for each statement execute function refuse_change();

-- The functions below run as the owner, so that they see every row also when a transaction holds entries of several
-- tenants, and so that they may do what the service's role may not. They work on sets: once per statement, not per row.

-- A writer moves the head of the book first, by as many records as it will add ...
create function move_book_head() returns trigger language plpgsql as $$
begin
    if new.tenant_id <> old.tenant_id or new.position <= old.position or new.booked_at < old.booked_at
        or new.closed_until < old.closed_until or (new.closed_until is null and old.closed_until is not null) then
        raise exception 'A book only ever goes forward, by its records.' using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;
create trigger books_go_forward before update on books for each row execute function move_book_head();

-- ... and at commit all of them are there, and whole.
create function check_book_is_whole() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
declare
    found bigint;
    legs_wanted bigint;
    legs_found bigint;
begin
    select count(*), coalesce(sum(leg_count), 0) into found, legs_wanted
    from entries where tenant_id = new.tenant_id and position > old.position and position <= new.position;
    found := found + (
        select count(*) from book_events
        where tenant_id = new.tenant_id and position > old.position and position <= new.position);
    select count(*) into legs_found
    from legs where tenant_id = new.tenant_id and entry_position > old.position and entry_position <= new.position;
    if found <> new.position - old.position or legs_wanted <> legs_found then
        raise exception 'The book of % is not whole: % records and % legs were to come, % and % came.',
            new.tenant_id, new.position - old.position, legs_wanted, found, legs_found
            using errcode = 'check_violation';
    end if;
    if new.closed_until is distinct from old.closed_until and not exists (
        select from book_events where tenant_id = new.tenant_id and kind = 'PERIOD_CLOSED'
            and position > old.position and position <= new.position) then
        raise exception 'The book of % is closed up to a day that none of its records says.', new.tenant_id
            using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create constraint trigger books_are_whole after update of position on books
    deferrable initially deferred for each row execute function check_book_is_whole();

create function check_entries() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if exists (
        select from added join books using (tenant_id)
        where added.position > books.position or added.booked_at > books.booked_at
            or added.value_date <= books.closed_until) then
        raise exception 'An entry is beyond the head of its book, or its value date is in a closed period.'
            using errcode = 'check_violation';
    end if;
    if exists (select from added join book_events using (tenant_id, position)) then
        raise exception 'An entry takes the place of another record.' using errcode = 'restrict_violation';
    end if;
    if exists (select from added where not exists (select from books where books.tenant_id = added.tenant_id)) then
        raise exception 'An entry belongs to no book.' using errcode = 'foreign_key_violation';
    end if;
    if exists (
        select from added left join entries target
            on target.tenant_id = added.tenant_id and target.position = added.resolves
        where added.resolves is not null and (
            target.position is null
            or not (target.kind = 'PENDING' or (target.kind = 'LIEN' and added.kind = 'VOIDED'))
            or (added.kind = 'POSTED' and target.expires_at <= added.booked_at)
            or added.leg_count <> target.leg_count)) then
        raise exception 'An entry resolves one that is not pending, or not any more.' using errcode = 'check_violation';
    end if;
    if exists (
        select from added left join entries target
            on target.tenant_id = added.tenant_id and target.position = added.reverses
        where added.reverses is not null and (
            target.position is null or target.kind <> 'POSTED' or target.reverses is not null
            or added.leg_count <> target.leg_count)) then
        raise exception 'An entry reverses one that cannot be reversed.' using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create trigger entries_are_right after insert on entries referencing new table as added
    for each statement execute function check_entries();

create function check_events() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if exists (
        select from added left join books using (tenant_id)
        where books.tenant_id is null or added.position > books.position or added.booked_at > books.booked_at) then
        raise exception 'An event is beyond the head of its book.' using errcode = 'check_violation';
    end if;
    if exists (select from added join entries using (tenant_id, position)) then
        raise exception 'An event takes the place of another record.' using errcode = 'restrict_violation';
    end if;
    return null;
end
$$;
create trigger book_events_are_right after insert on book_events referencing new table as added
    for each statement execute function check_events();

-- All legs of the entries of a batch come in one statement.
create function book_legs() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
declare
    wrong text;
begin
    select format('entry %s', l.entry_position) into wrong
    from (select tenant_id, entry_position, count(*) as legs, max(number) as last
          from added group by tenant_id, entry_position) l
    left join entries e on e.tenant_id = l.tenant_id and e.position = l.entry_position
    where e.position is null or e.leg_count <> l.legs or e.leg_count <> l.last
    limit 1;
    if wrong is not null then
        raise exception 'Legs come with their entry, all of them: %.', wrong using errcode = 'restrict_violation';
    end if;

    select format('entry %s in %s', l.entry_position, l.currency) into wrong
    from added l join entries e on e.tenant_id = l.tenant_id and e.position = l.entry_position
    where e.kind in ('POSTED', 'PENDING')
    group by l.tenant_id, l.entry_position, l.currency
    having sum(case l.side when 'DEBIT' then l.amount else -l.amount end) <> 0
    limit 1;
    if wrong is not null then
        raise exception 'Debits and credits differ: %.', wrong using errcode = 'check_violation';
    end if;

    select format('entry %s', l.entry_position) into wrong
    from added l
    join entries e on e.tenant_id = l.tenant_id and e.position = l.entry_position and e.resolves is not null
    left join legs held on held.tenant_id = e.tenant_id and held.entry_position = e.resolves and held.number = l.number
    where (held.account_id, held.currency, held.side) is distinct from (l.account_id, l.currency, l.side)
        or l.amount > held.amount or (e.kind = 'VOIDED' and l.amount <> held.amount)
    limit 1;
    if wrong is not null then
        raise exception 'A resolution is of what was held, and of no more: %.', wrong using errcode = 'check_violation';
    end if;

    select format('entry %s', l.entry_position) into wrong
    from added l
    join entries e on e.tenant_id = l.tenant_id and e.position = l.entry_position and e.reverses is not null
    left join legs original
        on original.tenant_id = e.tenant_id and original.entry_position = e.reverses and original.number = l.number
    where original.side = l.side or (original.account_id, original.currency, original.amount)
        is distinct from (l.account_id, l.currency, l.amount)
    limit 1;
    if wrong is not null then
        raise exception 'A reversal takes back what was booked, all of it: %.', wrong using errcode = 'check_violation';
    end if;

    select format('entry %s', l.entry_position) into wrong
    from added l
    join entries e on e.tenant_id = l.tenant_id and e.position = l.entry_position
    left join accounts a on a.id = l.account_id
    where a.id is null or a.tenant_id <> l.tenant_id or a.currency <> l.currency
        or a.status = 'CLOSED' or (a.status = 'FROZEN' and e.kind <> 'VOIDED')
        or (e.kind = 'LIEN' and a.normal_side = l.side)
    limit 1;
    if wrong is not null then
        raise exception 'A leg does not fit its account, or the account is not active: %.', wrong
            using errcode = 'foreign_key_violation';
    end if;

    with moves as (
        select l.account_id, l.side, l.amount,
            case e.kind when 'POSTED' then l.amount else 0 end as posted,
            case e.kind when 'PENDING' then l.amount else 0 end as pending,
            case e.kind when 'LIEN' then l.amount else 0 end as lien
        from added l join entries e on e.tenant_id = l.tenant_id and e.position = l.entry_position
        union all
        -- What a resolution lets go: all that was held.
        select held.account_id, held.side, held.amount, 0,
            case target.kind when 'PENDING' then -held.amount else 0 end,
            case target.kind when 'LIEN' then -held.amount else 0 end
        from (select distinct tenant_id, entry_position from added) l
        join entries e on e.tenant_id = l.tenant_id and e.position = l.entry_position and e.resolves is not null
        join entries target on target.tenant_id = e.tenant_id and target.position = e.resolves
        join legs held on held.tenant_id = e.tenant_id and held.entry_position = e.resolves
    ), totals as (
        select account_id,
            coalesce(sum(posted) filter (where side = 'DEBIT'), 0)::bigint as posted_debits,
            coalesce(sum(posted) filter (where side = 'CREDIT'), 0)::bigint as posted_credits,
            coalesce(sum(pending) filter (where side = 'DEBIT'), 0)::bigint as pending_debits,
            coalesce(sum(pending) filter (where side = 'CREDIT'), 0)::bigint as pending_credits,
            sum(lien)::bigint as liens
        from moves group by account_id
    )
    update accounts a set
        posted_debits = a.posted_debits + t.posted_debits, posted_credits = a.posted_credits + t.posted_credits,
        pending_debits = a.pending_debits + t.pending_debits, pending_credits = a.pending_credits + t.pending_credits,
        liens = a.liens + t.liens
    from totals t where a.id = t.account_id;

    select format('entry %s', l.entry_position) into wrong
    from (select distinct on (account_id) account_id, entry_position, new_balance, new_available
          from added order by account_id, entry_position desc, number desc) l
    join accounts a on a.id = l.account_id
    where a.balance <> l.new_balance or a.available <> l.new_available
    limit 1;
    if wrong is not null then
        raise exception 'A leg reports another balance than its account has: %.', wrong
            using errcode = 'check_violation';
    end if;

    insert into account_days as d (tenant_id, account_id, value_date, debits, credits)
    select l.tenant_id, l.account_id, e.value_date,
        coalesce(sum(l.amount) filter (where l.side = 'DEBIT'), 0),
        coalesce(sum(l.amount) filter (where l.side = 'CREDIT'), 0)
    from added l join entries e on e.tenant_id = l.tenant_id and e.position = l.entry_position
    where e.kind = 'POSTED'
    group by l.tenant_id, l.account_id, e.value_date
    on conflict (account_id, value_date) do update
        set debits = d.debits + excluded.debits, credits = d.credits + excluded.credits;
    return null;
end
$$;
create trigger legs_are_booked after insert on legs referencing new table as added
    for each statement execute function book_legs();

revoke all on function check_book_is_whole(), check_entries(), check_events(), book_legs() from public;

-- The last record that was booked by then. Booking times never go back, so halving finds it without an index.
create function book_position_at(tenant uuid, instant timestamptz) returns bigint
    language plpgsql stable set search_path = public, pg_temp as $$
declare
    low bigint := 0;
    high bigint := coalesce((select position from books where tenant_id = tenant), 0);
    middle bigint;
    booked timestamptz;
begin
    while low < high loop
        middle := (low + high + 1) / 2;
        select booked_at into booked from entries where tenant_id = tenant and position = middle;
        if not found then
            select booked_at into booked from book_events where tenant_id = tenant and position = middle;
        end if;
        if booked <= instant then
            low := middle;
        else
            high := middle - 1;
        end if;
    end loop;
    return low;
end
$$;

grant select on books, accounts, account_days, entries, legs, book_events, refused_reservations to $app_role$;
grant insert (tenant_id) on books to $app_role$;
grant update (position, chain_hash, booked_at, closed_until) on books to $app_role$;
grant insert (tenant_id, id, code, currency, normal_side, class, status, owner, metadata, minimum, maximum, opened_at)
    on accounts to $app_role$;
grant update (status, owner, metadata, minimum, maximum, monitored) on accounts to $app_role$;
grant insert on entries, legs, book_events, refused_reservations to $app_role$;
