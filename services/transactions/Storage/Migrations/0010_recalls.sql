-- A payout that may have left before its transfer was frozen: its provider is asked to take it back. And an answer of
-- compliance from before a party was frozen lets nothing pass, however late it comes.

alter table payout_attempts
    add column recall_asked_at timestamptz,
    add column recall_refused boolean not null default false,
    add constraint only_a_recall_is_refused check (recall_asked_at is not null or not recall_refused),
    add constraint only_what_left_is_recalled check (recall_asked_at is null or first_sent_at is not null);
alter table transactions add column frozen_party_round int not null default 0;
