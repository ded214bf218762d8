-- Freezes up to this round have ended: a late message of one of them freezes nothing again.
alter table transactions
    add column thawed_round int not null default 0 check (thawed_round >= 0),
    -- The newest round that ended with the sender having the money back.
    add column refund_round int not null default 0 check (refund_round >= 0);
update transactions set refund_round = greatest(cleared_round, decided_round);

-- A customer is erased by two people: one asks, another one approves. The beneficiaries go with their customer.
alter table parties
    add column erasure_asked_by    text,
    add column erasure_approved_by text,
    add constraint erasure_needs_two_people check (
        erasure_approved_by is null or (erasure_asked_by is not null and erasure_approved_by <> erasure_asked_by)),
    -- Not of those who were erased before.
    add constraint erased_by_two_people check (erased_at is null or erasure_approved_by is not null) not valid;

-- Less than five years is two people's word. What one person said before does not count any more.
update customer_retention set years = 5 where years < 5;
alter table customer_retention
    add column approved_by    text,
    add column proposed_years int check (proposed_years between 1 and 30),
    add column proposed_by    text,
    add constraint proposal_is_whole check ((proposed_years is null) = (proposed_by is null)),
    add constraint short_retention_needs_two_people check (
        years >= 5 or (approved_by is not null and approved_by <> changed_by));
