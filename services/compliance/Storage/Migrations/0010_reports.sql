-- Reports of suspicion: sealed under a key of their own, written by one person and approved by another. That one exists
-- is seen by nobody else, so no other table refers to them.

create table suspicion_reports (
    tenant_id     uuid not null,
    id            uuid not null,
    case_id       uuid not null,
    country       text not null check (country ~ '^[A-Z]{2}$'),
    state         text not null check (state in ('DRAFT', 'APPROVED')),
    version       int not null check (version > 0),
    drafted_by    text not null,
    drafted_at    timestamptz not null,
    approved_by   text,
    approved_at   timestamptz,
    master_key_id text not null,
    wrapped_key   bytea not null,
    sealed        bytea not null check (length(sealed) between 29 and 200000),
    primary key (tenant_id, id),
    foreign key (tenant_id, case_id) references cases (tenant_id, id),
    constraint report_needs_two_people check (approved_by <> drafted_by),
    constraint report_is_whole check (
        (state = 'APPROVED') = (approved_by is not null) and (approved_by is null) = (approved_at is null))
);
call protect_by_tenant('suspicion_reports');

create table suspicion_report_events (
    tenant_id   uuid not null,
    report_id   uuid not null,
    number      int not null check (number > 0),
    type        text not null check (type in ('DRAFTED', 'EDITED', 'APPROVED', 'EXPORTED')),
    actor       text not null,
    -- Of the sealed content that the step left, or of the file that was exported.
    sha256      bytea not null check (length(sha256) = 32),
    at          timestamptz not null,
    primary key (tenant_id, report_id, number),
    foreign key (tenant_id, report_id) references suspicion_reports (tenant_id, id)
);
call protect_by_tenant('suspicion_report_events');
create trigger append_only before update or delete on suspicion_report_events
    for each row execute function refuse_change();

create function check_report_step() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'a report is never deleted';
    end if;
    if tg_op = 'INSERT' then
        if new.state <> 'DRAFT' then
            raise exception 'a report begins as a draft';
        end if;
        return new;
    end if;
    if old.state = 'APPROVED' then
        raise exception 'an approved report stays as it is';
    end if;
    if (new.tenant_id, new.id, new.case_id, new.country, new.drafted_by, new.drafted_at)
       is distinct from (old.tenant_id, old.id, old.case_id, old.country, old.drafted_by, old.drafted_at) then
        raise exception 'what a report is about never changes';
    end if;
    if new.state = 'APPROVED' and (new.sealed <> old.sealed or new.version <> old.version) then
        raise exception 'what is approved is what was written';
    end if;
    if new.state = 'APPROVED' and exists (
        select from suspicion_report_events where tenant_id = new.tenant_id and report_id = new.id
            and type in ('DRAFTED', 'EDITED') and actor = new.approved_by) then
        raise exception 'who wrote a report does not approve it';
    end if;
    return new;
end
$$;
revoke all on function check_report_step() from public;
create trigger check_report_step before insert or update or delete on suspicion_reports
    for each row execute function check_report_step();

grant select, insert on suspicion_reports, suspicion_report_events to $app_role$;
grant update (state, version, approved_by, approved_at, sealed) on suspicion_reports to $app_role$;

-- How far the head of each case's chain is published outside of the database.
create table case_heads (
    tenant_id   uuid not null,
    case_id     uuid not null,
    event_count int not null,
    primary key (tenant_id, case_id),
    foreign key (tenant_id, case_id) references cases (tenant_id, id)
);
call protect_by_tenant('case_heads');
grant select, insert on case_heads to $app_role$;
grant update (event_count) on case_heads to $app_role$;
