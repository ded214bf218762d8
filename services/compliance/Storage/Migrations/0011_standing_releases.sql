-- A round that finds nothing beyond what two people let pass before is clear because of that decision: only a decision
-- that there is, about that transfer, and only the newest one.

create function check_standing_release() returns trigger language plpgsql as $$
begin
    if new.evidence ->> 'releasedBy' is null then
        return new;
    end if;
    if new.subject <> 'TRANSFER' or new.outcome <> 'CLEAR' or not exists (
            select from (
                select * from cases
                where tenant_id = new.tenant_id and transaction_id = new.transaction_id and closure = 'DECIDED'
                order by screening_round desc limit 1) newest
            where 'cas_' || replace(newest.id::text, '-', '') = new.evidence ->> 'releasedBy'
              and newest.screening_round < new.screening_round
              and (newest.decision = 'RELEASE'
                   or (newest.freeze_ended_at is not null and newest.freeze_outcome = 'RELEASE')
                   -- What two people had go back to the sender may do so, and nothing else.
                   or ((newest.decision = 'REJECT' or newest.freeze_ended_at is not null)
                       and not jsonb_path_exists(new.evidence, '$.parties[*] ? (@.role == "BENEFICIARY")'))))
       or exists (select from cases where tenant_id = new.tenant_id and transaction_id = new.transaction_id
            and decision = 'FREEZE' and freeze_ended_at is null) then
        raise exception 'a screening is cleared by a release of its transfer only';
    end if;
    return new;
end
$$;
create trigger check_standing_release before insert on screenings
    for each row execute function check_standing_release();
