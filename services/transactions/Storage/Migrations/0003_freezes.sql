-- A freeze ends by licence, so a transfer can be frozen more than once: each freeze has a number in the books, and the
-- case that ended the last one is remembered, because its message may come again.

alter table transactions
    add column freeze_number int not null default 0 check (freeze_number >= 0),
    add column thawed_by_case_id uuid;

update transactions set freeze_number = 1 where stage = 'FROZEN';

-- Who gets a refund is screened before it leaves, when lists or policy are newer than these.
alter table transactions
    add column refund_list_version bigint not null default 0,
    add column refund_policy_version bigint not null default 0;

update transactions set refund_list_version = cleared_list_version, refund_policy_version = cleared_policy_version;
