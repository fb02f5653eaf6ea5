//! Deletes Bitrix24 CRM leads, contacts and lead-contact bindings.
