-- Who answers for reports of suspicion is a role of its own.
alter table users drop constraint users_roles_check;
alter table users add constraint users_roles_check check (
    cardinality(roles) > 0
    and roles <@ array['MANAGER', 'AGENT', 'CASHIER', 'CUSTOMER', 'COMPLIANCE', 'MLRO', 'FINANCE']);
