-- Beneficiaries from before customers had any: whoever alone sent to one owns it. One whom several sent to, or nobody,
-- stays without an owner. May run again.

update parties set owner_id = sent.sender_id
from (
    select tenant_id, beneficiary_id, min(sender_id::text)::uuid as sender_id
    from transactions
    group by tenant_id, beneficiary_id
    having count(distinct sender_id) = 1
) sent
where parties.tenant_id = sent.tenant_id and parties.id = sent.beneficiary_id
    and parties.role = 'BENEFICIARY' and parties.owner_id is null and parties.erased_at is null;

-- What waited for details before that had an end.
update transactions set due_at = updated_at + interval '168 hours'
where stage = 'AWAITING_DETAILS' and due_at is null
    and not exists (select from anomalies where anomalies.transaction_id = transactions.id
        and anomalies.kind = 'DETAILS_OVERDUE');
