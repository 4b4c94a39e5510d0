-- A write is refused when the rights that it rests on were taken away while it was on its way.

CREATE FUNCTION require_unchanged_authority(is_unchanged boolean) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF is_unchanged IS NOT TRUE THEN
    RAISE EXCEPTION 'the rights of this transaction changed while it ran' USING ERRCODE = 'serialization_failure';
  END IF;
END $$;
COMMENT ON FUNCTION require_unchanged_authority(boolean) IS
  'Fails a transaction whose actor''s rights changed while it ran, as a conflict: tried again, it reads the rights as they are then';
REVOKE ALL ON FUNCTION require_unchanged_authority(boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION require_unchanged_authority(boolean) TO gatehouse_app;
