-- Since when somebody has their role or works here, or an account is a partner, where that changed:
-- routines are to be checked for it (requirements S0-41, S3-31).
ALTER TABLE members ADD COLUMN role_changed_at TEXT;
ALTER TABLE members ADD COLUMN active_changed_at TEXT;
ALTER TABLE accounts ADD COLUMN partner_since TEXT;
