-- A report of suspicion has a day on which its unit wants it, and is handed in once.

alter table suspicion_reports add column due_at timestamptz;

-- How the unit refers to what was handed in; nothing of the report itself.
alter table suspicion_report_events add column reference text check (length(reference) between 1 and 200);
alter table suspicion_report_events drop constraint suspicion_report_events_type_check;
alter table suspicion_report_events add constraint suspicion_report_events_type_check
    check (type in ('DRAFTED', 'EDITED', 'APPROVED', 'EXPORTED', 'FILED'));
alter table suspicion_report_events add constraint filing_has_a_reference
    check ((type = 'FILED') = (reference is not null));
create unique index report_is_filed_once on suspicion_report_events (tenant_id, report_id) where type = 'FILED';

create function check_report_event() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if new.type in ('EXPORTED', 'FILED') and not exists (
        select from suspicion_reports where tenant_id = new.tenant_id and id = new.report_id
            and state = 'APPROVED') then
        raise exception 'only what two people agreed on leaves the house';
    end if;
    return new;
end
$$;
revoke all on function check_report_event() from public;
create trigger check_report_event before insert on suspicion_report_events
    for each row execute function check_report_event();
