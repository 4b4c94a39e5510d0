-- Changes of audit events are refused by a trigger without TRUNCATE: Citus creates a trigger for TRUNCATE on the coordinator alone, so the servers
-- that have the rows had none.
--
-- Locks: audit_events and unsealed_audit_events against writers, for as long as it takes to change their triggers. No row is read or written.

CREATE OR REPLACE TRIGGER audit_events_are_final BEFORE UPDATE OR DELETE ON audit_events
  FOR EACH STATEMENT EXECUTE FUNCTION audit_events_are_final();
CREATE TRIGGER audit_events_are_not_truncated BEFORE TRUNCATE ON audit_events
  FOR EACH STATEMENT EXECUTE FUNCTION audit_events_are_final();

CREATE OR REPLACE TRIGGER unsealed_audit_events_are_final BEFORE UPDATE OR DELETE ON unsealed_audit_events
  FOR EACH STATEMENT EXECUTE FUNCTION unsealed_audit_events_are_final();
CREATE TRIGGER unsealed_audit_events_are_not_truncated BEFORE TRUNCATE ON unsealed_audit_events
  FOR EACH STATEMENT EXECUTE FUNCTION unsealed_audit_events_are_final();
