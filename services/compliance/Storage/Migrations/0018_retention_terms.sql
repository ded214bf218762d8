-- For how long what customers showed is kept is the tenant's to say: five years or longer, and two people say it.

alter table kyc_definitions drop constraint kyc_definitions_kind_check;
alter table kyc_definitions add constraint kyc_definitions_kind_check
    check (kind in ('TIERS', 'FORMS', 'SCORECARD', 'RETENTION'));
alter table kyc_definitions add constraint retention_is_five_years_or_longer
    check (kind <> 'RETENTION' or coalesce((content ->> 'years')::int, 0) >= 5);

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
            and (d.closed_at at time zone 'utc')::date > c.ended_on + make_interval(years => coalesce((
                select (r.content ->> 'years')::int from kyc_definitions r
                where r.tenant_id = new.tenant_id and r.kind = 'RETENTION' and r.state = 'IN_FORCE'), 5))) then
        raise exception 'two people destroy a key, when the years after the end of the relationship are over';
    end if;
    return new;
end
$$;
revoke all on function check_customer_key() from public;
