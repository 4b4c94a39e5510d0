-- Users are sorted by the alphabet of their organization's language: in Turkish, "ç" follows "c" and "ı" precedes "i". The key is
-- computed by the application; a background job computes it again when the language changes, and for existing organizations.
ALTER TABLE organizations ADD COLUMN users_sorted_in text COLLATE "C" NOT NULL DEFAULT 'en'
  CHECK (users_sorted_in IN ('en', 'tr'));
COMMENT ON COLUMN organizations.users_sorted_in IS
  'The language whose alphabet orders all users; another one than the organization''s until the job that sorts them has ended';
COMMENT ON COLUMN users.name_key IS
  'Folded name, without characters that have no glyph, in the alphabet of the organization''s language: the order of the list';
GRANT INSERT (users_sorted_in), UPDATE (users_sorted_in) ON organizations TO gatehouse_app;
