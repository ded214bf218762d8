-- For how long what customers showed is kept is the tenant's to say: five years or longer, and two people say it. With
-- a customer the words of the customer's cases go, and of reports once their own years are over. What is on chains and
-- in steps stays, and still agrees.

alter table kyc_definitions drop constraint kyc_definitions_kind_check;
alter table kyc_definitions add constraint kyc_definitions_kind_check
    check (kind in ('TIERS', 'FORMS', 'SCORECARD', 'RETENTION'));
alter table kyc_definitions add constraint retention_is_five_years_or_longer
    check (kind <> 'RETENTION' or coalesce((content ->> 'years')::int, 0) >= 5);

create function kept_for(of_tenant uuid) returns interval language sql stable set search_path = public, pg_temp as $$
    select make_interval(years => coalesce((
        select (content ->> 'years')::int from kyc_definitions
        where tenant_id = of_tenant and kind = 'RETENTION' and state = 'IN_FORCE'), 5))
$$;
revoke all on function kept_for(uuid) from public;

-- Of a case that was over when the key of its customer was destroyed.
create function is_of_erased_customer(of_tenant uuid, of_case uuid) returns boolean
    language sql stable set search_path = public, pg_temp as $$
    select exists (
        select from cases c
        left join funded_transfers f on f.tenant_id = c.tenant_id and f.transaction_id = c.transaction_id
        join kyc_customer_keys k on k.tenant_id = c.tenant_id and k.party_id in (c.party_id, f.sender_id)
        where c.tenant_id = of_tenant and c.id = of_case and c.status = 'CLOSED' and c.closed_at <= k.destroyed_at
            and (c.decision is distinct from 'FREEZE' or c.freeze_ended_at is not null))
$$;
revoke all on function is_of_erased_customer(uuid, uuid) from public;

create or replace function check_customer_key() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if tg_op = 'DELETE' then
        raise exception '% is never deleted', tg_table_name;
    end if;
    if tg_op = 'UPDATE' then
        if old.destroyed_at is not null or new.wrapped_key is not null then
            raise exception 'a key is destroyed once, and never another one';
        end if;
    end if;
    if new.destroyed_at is not null and not exists (
        select from kyc_decisions d
        join kyc_customers c on c.tenant_id = d.tenant_id and c.party_id = d.party_id
        where d.tenant_id = new.tenant_id and d.party_id = new.party_id
            and d.kind = 'ERASURE' and d.state = 'APPROVED'
            and (d.closed_at at time zone 'utc')::date > c.ended_on + kept_for(new.tenant_id)) then
        raise exception 'two people destroy a key, when the years after the end of the relationship are over';
    end if;
    return new;
end
$$;
revoke all on function check_customer_key() from public;

alter table case_keys alter column wrapped_key drop not null;
alter table case_keys add column destroyed_at timestamptz;
alter table case_keys add constraint case_key_is_there_or_destroyed
    check ((wrapped_key is null) = (destroyed_at is not null));
grant update (wrapped_key, destroyed_at) on case_keys to $app_role$;

create function check_case_key() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if tg_op = 'DELETE' then
        raise exception '% is never deleted', tg_table_name;
    end if;
    if tg_op = 'UPDATE' then
        if old.destroyed_at is not null or new.wrapped_key is not null then
            raise exception 'a key is destroyed once, and never another one';
        end if;
    end if;
    if new.destroyed_at is not null and not is_of_erased_customer(new.tenant_id, new.case_id) then
        raise exception 'the key of a case goes with that of its customer';
    end if;
    return new;
end
$$;
revoke all on function check_case_key() from public;
create trigger check_step before insert or update or delete on case_keys
    for each row execute function check_case_key();

alter table suspicion_reports alter column wrapped_key drop not null;
alter table suspicion_reports add column destroyed_at timestamptz;
alter table suspicion_reports add constraint report_key_is_there_or_destroyed
    check ((wrapped_key is null) = (destroyed_at is not null));
grant update (wrapped_key, destroyed_at) on suspicion_reports to $app_role$;

-- A report is kept for as long again after its last step.
create function is_report_kept(of_tenant uuid, of_report uuid, at_time timestamptz) returns boolean
    language sql stable set search_path = public, pg_temp as $$
    select exists (
        select from suspicion_report_events e where e.tenant_id = of_tenant and e.report_id = of_report
            and e.at + kept_for(of_tenant) >= at_time)
$$;
revoke all on function is_report_kept(uuid, uuid, timestamptz) from public;
grant execute on function kept_for(uuid), is_of_erased_customer(uuid, uuid),
    is_report_kept(uuid, uuid, timestamptz) to $app_role$;

create function check_report_key() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if old.destroyed_at is not null then
        raise exception 'what is gone stays gone';
    end if;
    if to_jsonb(new) - '{wrapped_key,destroyed_at}'::text[]
       is distinct from to_jsonb(old) - '{wrapped_key,destroyed_at}'::text[] or new.wrapped_key is not null then
        raise exception 'a key is destroyed by itself, and never another one';
    end if;
    if not is_of_erased_customer(new.tenant_id, new.case_id)
       or is_report_kept(new.tenant_id, new.id, now()) then
        raise exception 'a report is kept for its own years, and as long as its customer';
    end if;
    return new;
end
$$;
revoke all on function check_report_key() from public;
create trigger check_report_key before update on suspicion_reports for each row
    when (old.destroyed_at is not null or new.wrapped_key is distinct from old.wrapped_key)
    execute function check_report_key();

-- What a report says is judged by the earlier trigger as before, unless the key alone is destroyed.
drop trigger check_report_step on suspicion_reports;
create trigger check_report_step before insert or delete on suspicion_reports
    for each row execute function check_report_step();
create trigger check_report_update before update on suspicion_reports
    for each row when (new.destroyed_at is null) execute function check_report_step();
