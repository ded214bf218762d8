-- Who decides about money or about people is let in by two: one adds them, another one approves. Nobody keeps a password
-- that somebody else chose. Those who were there before, and a tenant's first person, have no creator and stay as they are.
alter table users
    add column created_by           text,
    add column approved_by          text,
    add column must_change_password boolean not null default false,
    add constraint somebody_else_approves check (
        approved_by is null or (created_by is not null and approved_by <> created_by));
