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
    -- The key first: of all indexes only one then begins with the tenant, and a plan cannot take the wrong one.
    constraint entries_key unique (key, tenant_id),
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
-- A batch is small and the tables are large, but the planner knows neither of a table that is young or of a batch to
-- come, and would read a whole book to merge it with a batch. So it is left no choice: every row of a batch is looked
-- up by key (a lateral subquery that "offset 0" keeps whole), and plans are made once.

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
    language plpgsql security definer set search_path = public, pg_temp
    set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
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
    language plpgsql security definer set search_path = public, pg_temp
    set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
declare
    out_of_book boolean;
    beyond boolean;
    occupied boolean;
    badly_resolved boolean;
    badly_reversed boolean;
begin
    select bool_or(book.position is null),
        bool_or(e.last > book.position or e.booked_at > book.booked_at or e.value_date <= book.closed_until)
    into out_of_book, beyond
    from (select tenant_id, max(position) as last, max(booked_at) as booked_at, min(value_date) as value_date
          from added group by tenant_id) e
    left join lateral (select * from books where tenant_id = e.tenant_id offset 0) book on true;
    select count(*) > 0 into occupied
    from (select tenant_id, min(position) as first, max(position) as last from added group by tenant_id) e
    cross join lateral (
        select position from book_events
        where tenant_id = e.tenant_id and position between e.first and e.last offset 0) event
    join added on added.tenant_id = e.tenant_id and added.position = event.position;
    if beyond then
        raise exception 'An entry is beyond the head of its book, or its value date is in a closed period.'
            using errcode = 'check_violation';
    end if;
    if occupied then
        raise exception 'An entry takes the place of another record.' using errcode = 'restrict_violation';
    end if;
    if out_of_book then
        raise exception 'An entry belongs to no book.' using errcode = 'foreign_key_violation';
    end if;

    select bool_or(e.resolves is not null and (
            target.position is null
            or not (target.kind = 'PENDING' or (target.kind = 'LIEN' and e.kind = 'VOIDED'))
            or (e.kind = 'POSTED' and target.expires_at <= e.booked_at)
            or e.leg_count <> target.leg_count)),
        bool_or(e.reverses is not null and (
            target.position is null or target.kind <> 'POSTED' or target.reverses is not null
            or e.leg_count <> target.leg_count))
    into badly_resolved, badly_reversed
    from added e
    left join lateral (
        select * from entries where tenant_id = e.tenant_id and position = coalesce(e.resolves, e.reverses) offset 0
    ) target on true
    where e.resolves is not null or e.reverses is not null;
    if badly_resolved then
        raise exception 'An entry resolves one that is not pending, or not any more.' using errcode = 'check_violation';
    end if;
    if badly_reversed then
        raise exception 'An entry reverses one that cannot be reversed.' using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create trigger entries_are_right after insert on entries referencing new table as added
    for each statement execute function check_entries();

create function check_events() returns trigger
    language plpgsql security definer set search_path = public, pg_temp
    set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
declare
    beyond boolean;
    occupied boolean;
begin
    select bool_or(book.position is null or e.last > book.position or e.booked_at > book.booked_at) into beyond
    from (select tenant_id, max(position) as last, max(booked_at) as booked_at from added group by tenant_id) e
    left join lateral (select * from books where tenant_id = e.tenant_id offset 0) book on true;
    if beyond then
        raise exception 'An event is beyond the head of its book.' using errcode = 'check_violation';
    end if;
    select count(*) > 0 into occupied
    from (select tenant_id, min(position) as first, max(position) as last from added group by tenant_id) e
    cross join lateral (
        select position from entries
        where tenant_id = e.tenant_id and position between e.first and e.last offset 0) entry
    join added on added.tenant_id = e.tenant_id and added.position = entry.position;
    if occupied then
        raise exception 'An event takes the place of another record.' using errcode = 'restrict_violation';
    end if;
    return null;
end
$$;
create trigger book_events_are_right after insert on book_events referencing new table as added
    for each statement execute function check_events();

-- All legs of the entries of a batch come in one statement.
create function book_legs() returns trigger
    language plpgsql security definer set search_path = public, pg_temp
    set enable_seqscan = off set enable_nestloop = off set enable_mergejoin = off set jit = off
    set plan_cache_mode = force_generic_plan as $$
declare
    incomplete bigint;
    uneven bigint;
    has_resolution boolean;
    has_reversal boolean;
    wrong bigint;
    -- One element for each account that is moved, and for each account and value date.
    moved record;
    days record;
    found_count bigint;
    misfit text;
    misreported text;
begin
    select min(l.entry_position) filter (where
            e.position is null or e.leg_count <> l.legs or e.leg_count <> l.last_number),
        min(l.entry_position) filter (where e.kind in ('POSTED', 'PENDING') and l.is_uneven),
        bool_or(e.resolves is not null), bool_or(e.reverses is not null)
    into incomplete, uneven, has_resolution, has_reversal
    from (
        select tenant_id, entry_position, sum(legs) as legs, max(last_number) as last_number,
            bool_or(difference <> 0) as is_uneven
        from (
            select tenant_id, entry_position, count(*) as legs, max(number) as last_number,
                sum(case side when 'DEBIT' then amount else -amount end) as difference
            from added group by tenant_id, entry_position, currency) of_currency
        group by tenant_id, entry_position) l
    left join lateral (
        select * from entries where tenant_id = l.tenant_id and position = l.entry_position offset 0) e on true;
    if incomplete is not null then
        raise exception 'Legs come with their entry, all of them: entry %.', incomplete
            using errcode = 'restrict_violation';
    end if;
    if uneven is not null then
        raise exception 'Debits and credits differ: entry %.', uneven using errcode = 'check_violation';
    end if;

    if has_resolution then
        select min(l.entry_position) into wrong
        from added l
        cross join lateral (
            select resolves, kind from entries
            where tenant_id = l.tenant_id and position = l.entry_position offset 0) e
        left join lateral (
            select * from legs
            where tenant_id = l.tenant_id and entry_position = e.resolves and number = l.number offset 0) held on true
        where e.resolves is not null and (
            (held.account_id, held.currency, held.side) is distinct from (l.account_id, l.currency, l.side)
            or l.amount > held.amount or (e.kind = 'VOIDED' and l.amount <> held.amount));
        if wrong is not null then
            raise exception 'A resolution is of what was held, and of no more: entry %.', wrong
                using errcode = 'check_violation';
        end if;
    end if;

    if has_reversal then
        select min(l.entry_position) into wrong
        from added l
        cross join lateral (
            select reverses from entries
            where tenant_id = l.tenant_id and position = l.entry_position offset 0) e
        left join lateral (
            select * from legs
            where tenant_id = l.tenant_id and entry_position = e.reverses and number = l.number offset 0
        ) original on true
        where e.reverses is not null and (
            original.side = l.side or (original.account_id, original.currency, original.amount)
            is distinct from (l.account_id, l.currency, l.amount));
        if wrong is not null then
            raise exception 'A reversal takes back what was booked, all of it: entry %.', wrong
                using errcode = 'check_violation';
        end if;
    end if;

    with moves as (
        select l.tenant_id, l.account_id, l.currency, l.side, e.kind, l.amount, l.entry_position, l.number,
            l.new_balance, l.new_available
        from added l
        cross join lateral (
            select kind from entries where tenant_id = l.tenant_id and position = l.entry_position offset 0) e
        union all
        -- What a resolution lets go: all that was held. It is no leg, and reports nothing.
        select held.tenant_id, held.account_id, held.currency, held.side, target.kind, -held.amount, 0, 0, 0, 0
        from (select distinct tenant_id, entry_position from added where has_resolution) l
        cross join lateral (
            select resolves from entries
            where tenant_id = l.tenant_id and position = l.entry_position offset 0) e
        cross join lateral (
            select kind from entries where tenant_id = l.tenant_id and position = e.resolves offset 0) target
        cross join lateral (
            select * from legs where tenant_id = l.tenant_id and entry_position = e.resolves offset 0) held
    ), totals as (
        select tenant_id, account_id, currency,
            coalesce(sum(amount) filter (where kind = 'POSTED' and side = 'DEBIT'), 0)::bigint as posted_debits,
            coalesce(sum(amount) filter (where kind = 'POSTED' and side = 'CREDIT'), 0)::bigint as posted_credits,
            coalesce(sum(amount) filter (where kind = 'PENDING' and side = 'DEBIT'), 0)::bigint as pending_debits,
            coalesce(sum(amount) filter (where kind = 'PENDING' and side = 'CREDIT'), 0)::bigint as pending_credits,
            coalesce(sum(amount) filter (where kind = 'LIEN'), 0)::bigint as liens,
            (array_agg(new_balance order by entry_position desc, number desc))[1] as balance,
            (array_agg(new_available order by entry_position desc, number desc))[1] as available,
            bool_or(kind <> 'VOIDED' and number > 0) as needs_active,
            -- A lien is on the side that lowers the account.
            max(side) filter (where kind = 'LIEN' and number > 0) as lien_side,
            min(side) filter (where kind = 'LIEN' and number > 0) as other_lien_side
        from moves group by tenant_id, account_id, currency
    )
    select array_agg(tenant_id) as tenants, array_agg(account_id) as accounts, array_agg(currency) as currencies,
        array_agg(posted_debits) as posted_debits, array_agg(posted_credits) as posted_credits,
        array_agg(pending_debits) as pending_debits, array_agg(pending_credits) as pending_credits,
        array_agg(liens) as liens, array_agg(balance) as balances, array_agg(available) as availables,
        array_agg(needs_active) as needs_active, array_agg(lien_side) as lien_sides,
        array_agg(other_lien_side) as other_lien_sides
    into moved from totals;

    with changed as (
        update accounts a set
            posted_debits = a.posted_debits + t.posted_debits, posted_credits = a.posted_credits + t.posted_credits,
            pending_debits = a.pending_debits + t.pending_debits,
            pending_credits = a.pending_credits + t.pending_credits, liens = a.liens + t.liens
        from unnest(moved.tenants, moved.accounts, moved.currencies, moved.posted_debits, moved.posted_credits,
            moved.pending_debits, moved.pending_credits, moved.liens, moved.balances, moved.availables,
            moved.needs_active, moved.lien_sides, moved.other_lien_sides)
            as t(tenant_id, account_id, currency, posted_debits, posted_credits, pending_debits, pending_credits,
                liens, balance, available, needs_active, lien_side, other_lien_side)
        where a.id = t.account_id and a.id = any(moved.accounts)
        returning a.code,
            a.tenant_id <> t.tenant_id or a.currency <> t.currency or a.status = 'CLOSED'
                or (a.status = 'FROZEN' and t.needs_active)
                or coalesce(a.normal_side in (t.lien_side, t.other_lien_side), false) as is_misfit,
            a.balance <> t.balance or a.available <> t.available as is_misreported
    )
    select count(*), min(code) filter (where is_misfit), min(code) filter (where is_misreported)
    into found_count, misfit, misreported from changed;
    if misfit is not null or found_count <> cardinality(moved.accounts) then
        raise exception 'A leg does not fit its account, or the account is not active: %.',
            coalesce(misfit, 'there is none') using errcode = 'foreign_key_violation';
    end if;
    if misreported is not null then
        raise exception 'A leg reports another balance than its account has: %.', misreported
            using errcode = 'check_violation';
    end if;

    select array_agg(tenant_id) as tenants, array_agg(account_id) as accounts, array_agg(value_date) as value_dates,
        array_agg(debits) as debits, array_agg(credits) as credits
    into days
    from (
        select l.tenant_id, l.account_id, e.value_date,
            coalesce(sum(l.amount) filter (where l.side = 'DEBIT'), 0)::bigint as debits,
            coalesce(sum(l.amount) filter (where l.side = 'CREDIT'), 0)::bigint as credits
        from added l
        cross join lateral (
            select kind, value_date from entries
            where tenant_id = l.tenant_id and position = l.entry_position offset 0) e
        where e.kind = 'POSTED'
        group by l.tenant_id, l.account_id, e.value_date) of_day;

    -- Days of an account that are there already are most; whoever holds the head of the book is alone with them.
    update account_days d set debits = d.debits + t.debits, credits = d.credits + t.credits
    from unnest(days.accounts, days.value_dates, days.debits, days.credits)
        as t(account_id, value_date, debits, credits)
    where d.account_id = t.account_id and d.value_date = t.value_date
        and d.account_id = any(days.accounts) and d.value_date = any(days.value_dates);
    get diagnostics found_count = row_count;
    if found_count < cardinality(days.accounts) then
        insert into account_days (tenant_id, account_id, value_date, debits, credits)
        select t.* from unnest(days.tenants, days.accounts, days.value_dates, days.debits, days.credits)
            as t(tenant_id, account_id, value_date, debits, credits)
        left join lateral (
            select true as is_there from account_days
            where account_id = t.account_id and value_date = t.value_date offset 0) d on true
        where d.is_there is null;
    end if;
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
