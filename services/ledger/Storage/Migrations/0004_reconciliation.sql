-- Reconciliation of accounts with what banks and providers say of them: statements, rules, matches, breaks and
-- reports. What the database itself refuses, whoever asks:
--   1. the same file of an account twice, and the same statement twice;
--   2. a statement whose lines are not all there, or do not lead from its opening to its closing balance;
--   3. a line or a leg in two live matches; a match of another account, of legs that are not posted, or whose sums are
--      not
--      those of its lines and legs or differ by more than its rule allows;
--   4. a match with a difference that no break says;
--   5. any change or removal of a statement, a line, a version of a rule, a note or a report; a match only ever ends;
--   6. an end of a match that changed a resolved state, by one person alone.
-- Amounts are minor units of the account's currency, more than zero where the account (an asset) gained.

create table reconciled_accounts (
    tenant_id          uuid not null,
    account_id         uuid primary key references accounts,
    version            int not null check (version > 0),
    -- The account as the other side names it; a file of another one is refused.
    external_account   text check (length(external_account) between 1 and 140),
    -- A leg that is on no statement so many days after its value date is missing there.
    missing_after_days int not null check (missing_after_days between 0 and 60),
    -- How CSV files are read, as JSON.
    csv_mapping        text,
    changed_by         text not null,
    changed_at         timestamptz not null
);
call protect_by_tenant('reconciled_accounts');

create table reconciled_account_versions (like reconciled_accounts, primary key (account_id, version));
call protect_by_tenant('reconciled_account_versions');

create function keep_reconciled_account() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if tg_op = 'UPDATE' and (new.version <> old.version + 1
        or (new.tenant_id, new.account_id) is distinct from (old.tenant_id, old.account_id)) then
        raise exception 'Settings of a reconciled account change by one version at a time.'
            using errcode = 'restrict_violation';
    end if;
    insert into reconciled_account_versions select new.*;
    return null;
end
$$;
create trigger reconciled_accounts_keep after insert or update on reconciled_accounts
    for each row execute function keep_reconciled_account();

create table statement_files (
    tenant_id   uuid not null,
    id          uuid primary key,
    account_id  uuid not null references reconciled_accounts,
    -- SHA-256 of the file's bytes. The file itself is not kept.
    hash        bytea not null check (length(hash) = 32),
    format      text not null check (format in ('CAMT053', 'MT940', 'CSV')),
    bytes       int not null check (bytes > 0),
    -- Why a gap before or after its statements was accepted.
    gap_reason  text,
    imported_by text not null,
    imported_at timestamptz not null,
    constraint statement_files_once unique (account_id, hash)
);
call protect_by_tenant('statement_files');

create table statements (
    tenant_id       uuid not null,
    id              uuid primary key,
    file_id         uuid not null references statement_files,
    account_id      uuid not null references reconciled_accounts,
    -- Counts the statements of the account in the order of their import.
    number          int not null check (number > 0),
    statement_id    text not null,
    sequence        text,
    period_from     date not null,
    period_to       date not null,
    opening         bigint not null,
    closing         bigint not null,
    line_count      int not null check (line_count >= 0),
    pending_ignored int not null check (pending_ignored >= 0),
    zero_ignored    int not null check (zero_ignored >= 0),
    unique (account_id, number),
    check (period_from <= period_to)
);
create unique index statements_once
    on statements (account_id, statement_id, coalesce(sequence, ''), period_to);
create index statements_in_order on statements (account_id, period_to, period_from, number);
call protect_by_tenant('statements');

create table statement_lines (
    tenant_id             uuid not null,
    id                    uuid primary key,
    statement_id          uuid not null references statements,
    account_id            uuid not null,
    number                int not null check (number > 0),
    file_line             int not null check (file_line > 0),
    -- The day of the statement's period on which it counts: the booking date, kept within the period.
    day                   date not null,
    value_date            date not null,
    booking_date          date not null,
    amount                bigint not null check (amount <> 0),
    end_to_end_id         text,
    instruction_id        text,
    servicer_reference    text,
    transaction_reference text,
    bank_reference        text,
    text                  text,
    batch                 text,
    unique (statement_id, number)
);
create index statement_lines_by_day on statement_lines (account_id, day);
create index statement_lines_by_amount on statement_lines (account_id, amount);
call protect_by_tenant('statement_lines');

create function check_statement() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
declare
    lines int;
    moved numeric;
begin
    select count(*), coalesce(sum(amount), 0) into lines, moved from statement_lines where statement_id = new.id
        and tenant_id = new.tenant_id and account_id = new.account_id
        and day between new.period_from and new.period_to;
    if lines <> new.line_count or new.opening + moved <> new.closing then
        raise exception 'Statement % is not whole: % of % lines, % to %.',
            new.id, lines, new.line_count, new.opening + moved, new.closing using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create constraint trigger statements_are_whole after insert on statements
    deferrable initially deferred for each row execute function check_statement();

-- Lines come with their statement, so none can be added to one that stands.
create function check_statement_lines() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if exists (
        select from (select distinct statement_id from added) a join statements s on s.id = a.statement_id
        where s.line_count < (select count(*) from statement_lines l where l.statement_id = s.id)) then
        raise exception 'The statement has all its lines already.' using errcode = 'restrict_violation';
    end if;
    return null;
end
$$;
create trigger statement_lines_come_once after insert on statement_lines referencing new table as added
    for each statement execute function check_statement_lines();

create table match_rules (
    tenant_id   uuid not null,
    id          uuid not null,
    version     int not null check (version > 0),
    account_id  uuid not null references reconciled_accounts,
    name        text not null check (length(name) between 1 and 100),
    kind        text not null check (kind in ('REFERENCE', 'END_TO_END_ID', 'REFERENCE_IN_TEXT', 'COMMON_REFERENCE',
        'AMOUNT_AND_DATE', 'AMOUNT_OF_SEVERAL')),
    priority    int not null check (priority between 1 and 1000),
    tolerance   bigint not null check (tolerance >= 0),
    days_before int not null check (days_before between 0 and 60),
    days_after  int not null check (days_after between 0 and 60),
    -- The last version of a rule is the one in force, if it is active.
    active      boolean not null,
    changed_by  text not null,
    changed_at  timestamptz not null,
    primary key (id, version)
);
create index match_rules_by_account on match_rules (account_id);
call protect_by_tenant('match_rules');

create table matches (
    tenant_id       uuid not null,
    id              uuid primary key,
    account_id      uuid not null references reconciled_accounts,
    kind            text not null check (kind in ('RULE', 'REVERSAL', 'MANUAL', 'ENTRY')),
    rule_id         uuid,
    rule_version    int,
    line_count      int not null check (line_count >= 0),
    leg_count       int not null check (leg_count >= 0),
    lines_amount    bigint not null,
    legs_amount     bigint not null,
    difference      bigint not null generated always as (lines_amount - legs_amount) stored,
    tolerance       bigint not null check (tolerance >= 0),
    reason          text,
    made_by         text,
    made_at         timestamptz not null,
    ended_by        text,
    ended_at        timestamptz,
    ended_reason    text,
    end_approved_by text,
    foreign key (rule_id, rule_version) references match_rules (id, version),
    check (line_count + leg_count > 1),
    check (abs(lines_amount - legs_amount) <= tolerance),
    check ((kind = 'RULE') = (rule_id is not null) and (rule_id is null) = (rule_version is null)),
    check (kind = 'RULE' or tolerance = 0),
    check (kind not in ('MANUAL', 'ENTRY') or (made_by is not null and reason is not null)),
    check ((ended_at is null) = (ended_by is null) and (ended_at is null) = (ended_reason is null)),
    check (end_approved_by is null or (ended_by is not null and end_approved_by <> ended_by))
);
create index matches_by_account on matches (account_id, made_at);
call protect_by_tenant('matches');

create table match_lines (
    tenant_id uuid not null,
    match_id  uuid not null references matches,
    line_id   uuid not null references statement_lines,
    live      boolean not null default true,
    primary key (match_id, line_id)
);
create unique index match_lines_once on match_lines (line_id) where live;
call protect_by_tenant('match_lines');

create table match_legs (
    tenant_id      uuid not null,
    match_id       uuid not null references matches,
    entry_position bigint not null,
    leg_number     int not null,
    live           boolean not null default true,
    primary key (match_id, entry_position, leg_number),
    foreign key (tenant_id, entry_position, leg_number) references legs (tenant_id, entry_position, number)
);
create unique index match_legs_once on match_legs (tenant_id, entry_position, leg_number) where live;
call protect_by_tenant('match_legs');

create table breaks (
    tenant_id           uuid not null,
    id                  uuid primary key,
    account_id          uuid not null references reconciled_accounts,
    kind                text not null check (kind in
        ('MISSING_HERE', 'MISSING_THERE', 'AMOUNT_DIFFERS', 'DUPLICATE', 'GAP')),
    -- What the statement has above the books.
    amount              bigint not null check (amount <> 0),
    line_id             uuid references statement_lines,
    entry_position      bigint,
    leg_number          int,
    -- Of a difference that a rule allowed: the match that has it.
    match_id            uuid references matches,
    -- Of a gap: the statement before which something is missing.
    statement_id        uuid references statements,
    -- The day from which it ages.
    since               date not null,
    opened_at           timestamptz not null,
    assignee            text,
    -- Legs that might belong to the line, as JSON.
    suggestions         text not null default '[]',
    status              text not null default 'OPEN' check (status in ('OPEN', 'RESOLVED')),
    resolution          text check (resolution in
        ('ENTRY', 'MANUAL_MATCH', 'LATER_ENTRY', 'LATER_STATEMENT', 'SUPERSEDED')),
    resolved_by         text,
    resolved_at         timestamptz,
    resolution_match_id uuid references matches,
    -- The position of the entry that settled it.
    resolution_entry    bigint,
    foreign key (tenant_id, entry_position, leg_number) references legs (tenant_id, entry_position, number),
    check ((status = 'RESOLVED') = (resolved_at is not null) and (resolved_at is null) = (resolution is null)),
    check ((resolution = 'ENTRY') = (resolution_entry is not null)),
    check (resolution is null or resolution not in ('ENTRY', 'MANUAL_MATCH')
        or (resolution_match_id is not null and resolved_by is not null)),
    check ((entry_position is null) = (leg_number is null)),
    check (case kind
        when 'MISSING_HERE' then line_id is not null and entry_position is null and match_id is null
        when 'MISSING_THERE' then line_id is null and entry_position is not null and match_id is null
        when 'AMOUNT_DIFFERS' then (match_id is not null) <> (line_id is not null and entry_position is not null)
        when 'DUPLICATE' then (line_id is not null) <> (entry_position is not null)
        else statement_id is not null end)
);
create unique index breaks_line_once on breaks (line_id) where status = 'OPEN';
create unique index breaks_leg_once on breaks (tenant_id, entry_position, leg_number) where status = 'OPEN';
create unique index breaks_match_once on breaks (match_id) where match_id is not null and status = 'OPEN';
create unique index breaks_gap_once on breaks (statement_id) where statement_id is not null and status = 'OPEN';
create index breaks_by_account on breaks (account_id, status, since);
create index breaks_by_resolution on breaks (resolution_match_id) where resolution_match_id is not null;
call protect_by_tenant('breaks');

-- What happened to a break, in order, and what people wrote to it.
create table break_notes (
    tenant_id uuid not null,
    break_id  uuid not null references breaks,
    number    int not null check (number > 0),
    kind      text not null check (kind in ('OPENED', 'CHANGED', 'ASSIGNED', 'NOTE', 'RESOLVED', 'REOPENED')),
    author    text,
    at        timestamptz not null,
    text      text not null,
    primary key (break_id, number)
);
call protect_by_tenant('break_notes');

-- An end of a match that a second person has to agree to.
create table unmatch_requests (
    tenant_id   uuid not null,
    match_id    uuid primary key references matches,
    reason      text not null,
    proposed_by text not null,
    proposed_at timestamptz not null
);
call protect_by_tenant('unmatch_requests');

create table settlement_reports (
    tenant_id  uuid not null,
    account_id uuid not null references reconciled_accounts,
    day        date not null,
    -- A day is reported again when something changed.
    number     int not null check (number > 0),
    content    text not null,
    made_at    timestamptz not null,
    primary key (account_id, day, number)
);
call protect_by_tenant('settlement_reports');

create table safeguarding_reports (
    tenant_id uuid not null,
    id        uuid primary key,
    currency  text not null,
    day       date not null,
    number    int not null check (number > 0),
    required  bigint not null,
    held      bigint not null,
    content   text not null,
    made_at   timestamptz not null,
    unique (tenant_id, currency, day, number)
);
call protect_by_tenant('safeguarding_reports');

create table safeguarding_alarms (
    tenant_id uuid not null,
    id        uuid primary key,
    currency  text not null,
    day       date not null,
    -- The report that shows it first, and the one that shows that it is over.
    report_id uuid not null references safeguarding_reports,
    shortfall bigint not null check (shortfall > 0),
    raised_at timestamptz not null,
    closed_by uuid references safeguarding_reports,
    closed_at timestamptz,
    unique (tenant_id, currency, day),
    check ((closed_at is null) = (closed_by is null))
);
call protect_by_tenant('safeguarding_alarms');

create function refuse_change_of_evidence() returns trigger language plpgsql as $$
begin
    raise exception 'Evidence of reconciliation is only ever added to: % on % is refused.', tg_op, tg_table_name
        using errcode = 'restrict_violation';
end
$$;
do $$
declare
    evidence text;
begin
    foreach evidence in array array['reconciled_account_versions', 'statement_files', 'statements', 'statement_lines',
        'match_rules', 'break_notes', 'settlement_reports', 'safeguarding_reports', 'unmatch_requests'] loop
        execute format('create trigger %I before update or delete or truncate on %I '
            'for each statement execute function refuse_change_of_evidence()', evidence || '_stay', evidence);
    end loop;
    foreach evidence in array array['matches', 'match_lines', 'match_legs', 'breaks', 'safeguarding_alarms',
        'reconciled_accounts'] loop
        execute format('create trigger %I before delete or truncate on %I '
            'for each statement execute function refuse_change_of_evidence()', evidence || '_stay', evidence);
    end loop;
end
$$;

-- At commit: the lines and legs are there, of this account, posted, and add up to what the match says.
create function check_match() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
declare
    lines int;
    legs_found int;
    lines_sum numeric;
    legs_sum numeric;
begin
    select count(*), coalesce(sum(l.amount), 0) into lines, lines_sum
    from match_lines m join statement_lines l on l.id = m.line_id
    where m.match_id = new.id and l.account_id = new.account_id and l.tenant_id = new.tenant_id;
    select count(*), coalesce(sum(case l.side when 'DEBIT' then l.amount else -l.amount end), 0)
        into legs_found, legs_sum
    from match_legs m
    join legs l on l.tenant_id = m.tenant_id and l.entry_position = m.entry_position and l.number = m.leg_number
    join entries e on e.tenant_id = l.tenant_id and e.position = l.entry_position
    where m.match_id = new.id and m.tenant_id = new.tenant_id and l.account_id = new.account_id and e.kind = 'POSTED';
    if (lines, legs_found, lines_sum, legs_sum)
        is distinct from (new.line_count, new.leg_count, new.lines_amount::numeric, new.legs_amount::numeric) then
        raise exception 'Match % is not of its lines and legs: % and %, adding up to % and %.',
            new.id, lines, legs_found, lines_sum, legs_sum using errcode = 'check_violation';
    end if;
    if new.difference <> 0 and not exists (
        select from breaks where match_id = new.id and kind = 'AMOUNT_DIFFERS' and amount = new.difference) then
        raise exception 'Match % has a difference that no break says.', new.id using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create constraint trigger matches_are_right after insert on matches
    deferrable initially deferred for each row execute function check_match();

create function check_match_items() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if exists (
        select from (select distinct match_id from added) a join matches m on m.id = a.match_id
        where m.ended_at is not null
            or m.line_count < (select count(*) from match_lines l where l.match_id = m.id)
            or m.leg_count < (select count(*) from match_legs l where l.match_id = m.id)) then
        raise exception 'The match has all its lines and legs already.' using errcode = 'restrict_violation';
    end if;
    return null;
end
$$;
create trigger match_lines_come_once after insert on match_lines referencing new table as added
    for each statement execute function check_match_items();
create trigger match_legs_come_once after insert on match_legs referencing new table as added
    for each statement execute function check_match_items();

-- A match ends once; a second person agrees where a break was resolved by it.
create function end_match() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if old.ended_at is not null or new.ended_at is null
        or (to_jsonb(new) - array['ended_at', 'ended_by', 'ended_reason', 'end_approved_by', 'difference'])
            <> (to_jsonb(old) - array['ended_at', 'ended_by', 'ended_reason', 'end_approved_by', 'difference']) then
        raise exception 'A match only ever ends, and once.' using errcode = 'restrict_violation';
    end if;
    if new.end_approved_by is null and new.kind in ('MANUAL', 'ENTRY') and exists (
        select from breaks where resolution_match_id = new.id and status = 'RESOLVED'
            and resolution in ('ENTRY', 'MANUAL_MATCH')) then
        raise exception 'The end of a match that resolved a break needs a second person.'
            using errcode = 'restrict_violation';
    end if;
    update match_lines set live = false where match_id = new.id;
    update match_legs set live = false where match_id = new.id;
    return new;
end
$$;
create trigger matches_end before update on matches for each row execute function end_match();

create function end_match_item() returns trigger language plpgsql as $$
begin
    if not old.live or new.live or (to_jsonb(new) - 'live') <> (to_jsonb(old) - 'live') then
        raise exception 'What is matched stays matched until the match ends.' using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;
create trigger match_lines_end before update on match_lines for each row execute function end_match_item();
create trigger match_legs_end before update on match_legs for each row execute function end_match_item();

revoke all on function keep_reconciled_account(), check_statement(), check_statement_lines(), check_match(),
    check_match_items(), end_match() from public;

grant select, insert on reconciled_accounts, statement_files, statements, statement_lines, match_rules, matches,
    match_lines, match_legs, breaks, break_notes, unmatch_requests, settlement_reports, safeguarding_reports,
    safeguarding_alarms to $app_role$;
grant select on reconciled_account_versions to $app_role$;
grant update (version, external_account, missing_after_days, csv_mapping, changed_by, changed_at)
    on reconciled_accounts to $app_role$;
grant update (ended_by, ended_at, ended_reason, end_approved_by) on matches to $app_role$;
grant update (kind, amount, line_id, entry_position, leg_number, match_id, assignee, suggestions, status, resolution,
    resolved_by, resolved_at, resolution_match_id, resolution_entry) on breaks to $app_role$;
grant update (closed_by, closed_at) on safeguarding_alarms to $app_role$;
