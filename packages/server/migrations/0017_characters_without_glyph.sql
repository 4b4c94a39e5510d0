-- Characters without a glyph no longer count in folded names: "Owner" followed by U+200D is the name "Owner", and a Persian
-- name is found with and without its joiners. From here on the program leaves them out (fold.ts in the contract); this
-- brings the stored keys into the same form.

DO $$
DECLARE
  id uuid;
  without_glyph constant text :=
    '[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f'
    || '\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]';
BEGIN
  SET LOCAL ROLE gatehouse_app;
  FOR id IN SELECT DISTINCT organization_id FROM account_organizations ORDER BY 1 LOOP
    PERFORM set_config('gatehouse.organization_id', id::text, true);
    UPDATE users SET name_key = regexp_replace(name_key, without_glyph, '', 'g'),
                     search_key = regexp_replace(search_key, without_glyph, '', 'g')
      WHERE organization_id = id AND search_key ~ without_glyph;
    UPDATE invitations SET search_key = regexp_replace(search_key, without_glyph, '', 'g')
      WHERE organization_id = id AND search_key ~ without_glyph;
    -- A role that looks like another one keeps its key, so that both stay as they are until somebody renames one.
    UPDATE roles r SET name_key = regexp_replace(r.name_key, without_glyph, '', 'g')
      WHERE r.organization_id = id AND r.name_key ~ without_glyph
        AND NOT EXISTS (SELECT FROM roles o WHERE o.organization_id = id AND o.role_id <> r.role_id
          AND regexp_replace(o.name_key, without_glyph, '', 'g') = regexp_replace(r.name_key, without_glyph, '', 'g'));
  END LOOP;
  RESET ROLE;
END $$;

COMMENT ON COLUMN roles.name_key IS
  'Folded name, without characters that have no glyph: unique in the organization, so that "Viewer" and "viewer" are one';
COMMENT ON COLUMN users.name_key IS 'Folded name, without characters that have no glyph: the order of the list';
