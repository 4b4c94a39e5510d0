-- Names and descriptions of roles in other languages.

ALTER TABLE roles
  ADD COLUMN translations jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN name_keys    jsonb NOT NULL DEFAULT '{}',
  ADD CONSTRAINT roles_translations_shape CHECK (
    jsonb_typeof(translations) = 'object' AND translations - '{en,tr}'::text[] = '{}'
    AND char_length(translations #>> '{en,name}') BETWEEN 1 AND 100
    AND char_length(translations #>> '{tr,name}') BETWEEN 1 AND 100
    AND char_length(translations #>> '{en,description}') BETWEEN 1 AND 500
    AND char_length(translations #>> '{tr,description}') BETWEEN 1 AND 500),
  ADD CONSTRAINT roles_name_keys_shape CHECK (
    jsonb_typeof(name_keys) = 'object' AND name_keys - '{en,tr}'::text[] = '{}'
    AND (name_keys ? 'en') = (translations #>> '{en,name}' IS NOT NULL)
    AND (name_keys ? 'tr') = (translations #>> '{tr,name}' IS NOT NULL));
COMMENT ON COLUMN roles.translations IS
  'Name and description by language: {"tr": {"name": "…", "description": "…"}}. A text that is absent is the default one';
COMMENT ON COLUMN roles.name_keys IS 'Folded names of translations, by language: what lists sort by and searches look into';

-- The built-in role has always been read-only. Without a tenant, the owner of the table sees its rows only this way.
ALTER TABLE roles NO FORCE ROW LEVEL SECURITY;
UPDATE roles r SET
  translations = '{"tr": {"name": "Sahip", "description": "Gelecektekiler dahil bütün izinlere sahiptir"}}',
  name_keys = '{"tr": "sahip"}'
WHERE r.is_owner AND r.name = 'Owner' AND r.description = 'Has every permission, including future ones'
  AND NOT EXISTS (SELECT FROM roles o WHERE o.organization_id = r.organization_id AND o.name_key = 'sahip');
ALTER TABLE roles FORCE ROW LEVEL SECURITY;

-- In no language do two roles of an organization have the same name.
CREATE UNIQUE INDEX roles_name_en ON roles (organization_id, (COALESCE(name_keys ->> 'en', name_key)));
CREATE UNIQUE INDEX roles_name_tr ON roles (organization_id, (COALESCE(name_keys ->> 'tr', name_key)));
