-- Versions of a rule come into force in the order in which they were written: nobody puts an older one back alone. One
-- that was switched off may be switched on again.

create function check_rule_order() returns trigger language plpgsql as $$
begin
    if new.live_version is not null and new.live_version is distinct from old.live_version and exists (
        select from screening_rule_events
        where tenant_id = new.tenant_id and rule_id = new.id and type = 'ACTIVATED' and version > new.live_version) then
        raise exception 'an older version of a rule is not put back';
    end if;
    return new;
end
$$;
create trigger check_rule_order before update on screening_rules for each row execute function check_rule_order();
