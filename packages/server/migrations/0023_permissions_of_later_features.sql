-- Permissions for webhooks and business units were listed before these features exist. Removed from the catalogue, they leave roles
-- and API keys as if a new catalogue no longer had them: otherwise they would grant something by themselves as soon as they return.

DO $$
DECLARE
  later_groups constant text := '^(webhooks|business-units):';
  removed constant text[] := ARRAY['webhooks:view', 'webhooks:manage', 'business-units:view', 'business-units:manage'];
  tenants uuid[];
  tenant uuid;
  organization_name text;
BEGIN
  -- Row-level security is forced for the owner of the tables, too.
  SET LOCAL ROLE gatehouse_app;
  SELECT array_agg(DISTINCT organization_id) INTO tenants FROM account_organizations;
  FOREACH tenant IN ARRAY COALESCE(tenants, '{}') LOOP
    PERFORM set_config('gatehouse.organization_id', tenant::text, true);
    WITH deleted AS (
      DELETE FROM role_permissions WHERE organization_id = tenant AND permission ~ later_groups RETURNING role_id)
    UPDATE roles SET version = version + 1, updated_at = now()
    WHERE organization_id = tenant AND role_id IN (SELECT role_id FROM deleted);
    UPDATE api_keys SET permissions = ARRAY(
      SELECT p.name FROM unnest(permissions) WITH ORDINALITY AS p(name, place)
      WHERE p.name !~ later_groups ORDER BY p.place)
    WHERE organization_id = tenant AND permissions && removed;
    -- The version tells SDKs and open panels that the catalogue has changed, though its definition hasn't.
    UPDATE catalogues SET version = version + 1, updated_at = now() WHERE organization_id = tenant;
    SELECT name INTO organization_name FROM organizations WHERE organization_id = tenant;
    PERFORM append_audit_events(tenant, jsonb_build_array(jsonb_build_object(
      -- A UUIDv7: PostgreSQL 15 generates only random ones.
      'event_id', encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
        PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1),
        'hex')::uuid,
      'at', now(), 'actor_type', 'system', 'actor_name', 'Migration', 'action', 'permissions.changed',
      'target_type', 'organization', 'target_id', tenant, 'target_name', organization_name,
      'changes', jsonb_build_array(jsonb_build_object('field', 'disappeared', 'before', removed, 'after', NULL)),
      'request_id', 'migration 0023')));
  END LOOP;
  RESET ROLE;
END $$;
