-- The events of one request, which a grouped list of the audit log shows as one entry.
CREATE INDEX audit_events_by_request ON audit_events (organization_id, request_id, sequence);
