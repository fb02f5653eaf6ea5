//! The portal's words for errors, and the kind that each stands for.
// Made from data/errors.toml by `cargo xtask generate`.

use super::ErrorKind;
use super::classify::{Endpoint, PortalCode};

pub(super) static PORTAL_CODES: [PortalCode; 55] = [
    // settings/performance/limits.md; HTTP [503, 429]
    PortalCode {
        code: "QUERY_LIMIT_EXCEEDED",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::RateLimited,
    },
    // settings/performance/limits.md; HTTP [429]
    PortalCode {
        code: "OPERATION_TIME_LIMIT",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::OperationTimeLimit,
    },
    // _includes/system-errors.md; HTTP [503]
    PortalCode {
        code: "OVERLOAD_LIMIT",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::Overloaded,
    },
    // _includes/system-errors.md; HTTP [500]
    PortalCode {
        code: "INTERNAL_SERVER_ERROR",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::InternalServerError,
    },
    // _includes/system-errors.md; HTTP [500]
    PortalCode {
        code: "ERROR_UNEXPECTED_ANSWER",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::UnexpectedAnswer,
    },
    // settings/how-to-call-rest-api/batch.md; HTTP [405]
    PortalCode {
        code: "ERROR_BATCH_METHOD_NOT_ALLOWED",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::BatchMethodNotAllowed,
    },
    // settings/how-to-call-rest-api/batch.md; HTTP [400]
    PortalCode {
        code: "ERROR_BATCH_LENGTH_EXCEEDED",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::BatchTooLong,
    },
    // _includes/system-errors.md; HTTP [404]
    PortalCode {
        code: "ERROR_MANIFEST_IS_NOT_AVAILABLE",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::ManifestNotAvailable,
    },
    // _includes/system-errors.md; HTTP [500, 410]
    PortalCode {
        code: "PORTAL_DELETED",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::PortalDeleted,
    },
    // api-reference/rest-v3.md; HTTP [404, 400]
    PortalCode {
        code: "ERROR_METHOD_NOT_FOUND",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::MethodNotFound,
    },
    // settings/cloud-and-on-premise/on-premise/custom-methods.md; HTTP [404, 400]
    PortalCode {
        code: "METHOD_NOT_FOUND",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::MethodNotFound,
    },
    // _includes/system-errors.md; HTTP [401]
    PortalCode { code: "NO_AUTH_FOUND", text: None, method: "", endpoint: None, kind: ErrorKind::NoAuth },
    // _includes/system-errors.md; HTTP [400, 401]
    PortalCode {
        code: "INVALID_REQUEST",
        text: None,
        method: "",
        endpoint: Some(Endpoint::Rest),
        kind: ErrorKind::HttpsRequired,
    },
    // _includes/system-errors.md; HTTP [403, 401]
    PortalCode {
        code: "INVALID_CREDENTIALS",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::InvalidCredentials,
    },
    // b24pysdk: user dismissed; HTTP [401]
    PortalCode {
        code: "authorization_error",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::InvalidCredentials,
    },
    // b24pysdk, b24jssdk; HTTP [401]
    PortalCode {
        code: "invalid_token",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::InvalidToken,
    },
    // _includes/system-errors.md; HTTP [401]
    PortalCode {
        code: "expired_token",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::ExpiredToken,
    },
    // b24pysdk; HTTP [401, 404]
    PortalCode {
        code: "APPLICATION_NOT_FOUND",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::ApplicationNotFound,
    },
    // b24pysdk: application not installed; HTTP [401]
    PortalCode {
        code: "ERROR_OAUTH",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::ApplicationNotFound,
    },
    // settings/oauth/index.md; HTTP [401]
    PortalCode {
        code: "PAYMENT_REQUIRED",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::PaymentRequired,
    },
    // api-reference/scopes/confirmation.md; HTTP [401]
    PortalCode {
        code: "METHOD_CONFIRM_WAITING",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::ConfirmationRequired,
    },
    // api-reference/scopes/confirmation.md; HTTP [403]
    PortalCode {
        code: "METHOD_CONFIRM_DENIED",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::ConfirmationRequired,
    },
    // _includes/error-info.md; HTTP [403]
    PortalCode {
        code: "WRONG_AUTH_TYPE",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::WrongAuthType,
    },
    // _includes/system-errors.md; HTTP [403, 401]
    PortalCode {
        code: "insufficient_scope",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::InsufficientScope,
    },
    // _includes/system-errors.md; HTTP [403]
    PortalCode {
        code: "user_access_error",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::UserAccess,
    },
    // api-reference/crm/universal/crm-item-delete.md; HTTP [403, 400]
    PortalCode {
        code: "allowed_only_intranet_user",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::UserAccess,
    },
    // b24jssdk; HTTP [403]
    PortalCode {
        code: "AUTHORIZE_ERROR",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::AccessDenied,
    },
    // _includes/system-errors.md; HTTP [403, 400]
    PortalCode {
        code: "ACCESS_DENIED",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::AccessDenied,
    },
    // settings/oauth/index.md; HTTP [400]
    PortalCode {
        code: "invalid_request",
        text: None,
        method: "",
        endpoint: Some(Endpoint::Oauth),
        kind: ErrorKind::RefreshFailed,
    },
    // settings/oauth/index.md; HTTP [400, 401]
    PortalCode {
        code: "invalid_client",
        text: None,
        method: "",
        endpoint: Some(Endpoint::Oauth),
        kind: ErrorKind::RefreshFailed,
    },
    // b24pysdk: wrong_client comes with HTTP 200; HTTP [200]
    PortalCode {
        code: "wrong_client",
        text: None,
        method: "",
        endpoint: Some(Endpoint::Oauth),
        kind: ErrorKind::RefreshFailed,
    },
    // settings/oauth/index.md; HTTP [400]
    PortalCode {
        code: "invalid_grant",
        text: None,
        method: "",
        endpoint: Some(Endpoint::Oauth),
        kind: ErrorKind::RefreshFailed,
    },
    // b24phpsdk; HTTP [400]
    PortalCode {
        code: "bad_verification_code",
        text: None,
        method: "",
        endpoint: Some(Endpoint::Oauth),
        kind: ErrorKind::RefreshFailed,
    },
    // settings/oauth/index.md; HTTP [403]
    PortalCode {
        code: "invalid_scope",
        text: None,
        method: "",
        endpoint: Some(Endpoint::Oauth),
        kind: ErrorKind::RefreshFailed,
    },
    // b24pysdk; HTTP [401]
    PortalCode {
        code: "NOT_INSTALLED",
        text: None,
        method: "",
        endpoint: Some(Endpoint::Oauth),
        kind: ErrorKind::ApplicationNotFound,
    },
    // api-reference/crm/leads/management-communication/crm-lead-contact-delete.md; HTTP [400]
    PortalCode {
        code: "NOT_FOUND",
        text: None,
        method: "crm.lead.contact.",
        endpoint: None,
        kind: ErrorKind::NotFound,
    },
    // api-reference/crm/universal/crm-item-delete.md; HTTP [400]
    PortalCode {
        code: "NOT_FOUND",
        text: Some("Item not found"),
        method: "crm.item.",
        endpoint: None,
        kind: ErrorKind::NotFound,
    },
    // api-reference/crm/universal/crm-item-delete.md, Russian portal; HTTP [400]
    PortalCode {
        code: "NOT_FOUND",
        text: Some("Элемент не найден"),
        method: "crm.item.",
        endpoint: None,
        kind: ErrorKind::NotFound,
    },
    // api-reference/crm/universal/crm-item-delete.md; HTTP [400]
    PortalCode {
        code: "NOT_FOUND",
        text: Some("SPA not found"),
        method: "crm.item.",
        endpoint: None,
        kind: ErrorKind::InvalidArgument,
    },
    // api-reference/crm/contacts/crm-contact-delete.md; HTTP [400]
    PortalCode {
        code: "ERROR_CORE",
        text: Some("Element not found"),
        method: "",
        endpoint: None,
        kind: ErrorKind::NotFound,
    },
    // api-reference/crm/contacts/crm-contact-delete.md, Russian portal; HTTP [400]
    PortalCode {
        code: "ERROR_CORE",
        text: Some("Элемент не найден"),
        method: "",
        endpoint: None,
        kind: ErrorKind::NotFound,
    },
    // api-reference/crm/leads/crm-lead-delete.md; HTTP [400]
    PortalCode { code: "", text: Some("Not found"), method: "", endpoint: None, kind: ErrorKind::NotFound },
    // api-reference/crm/contacts/crm-contact-delete.md, Russian portal; HTTP [400]
    PortalCode {
        code: "",
        text: Some("Элемент не найден"),
        method: "",
        endpoint: None,
        kind: ErrorKind::NotFound,
    },
    // api-reference/crm/leads/crm-lead-delete.md; HTTP [400]
    PortalCode {
        code: "",
        text: Some("ID is not defined or invalid"),
        method: "",
        endpoint: None,
        kind: ErrorKind::InvalidId,
    },
    // api-reference/crm/deals/contacts/crm-deal-contact-delete.md; HTTP [400]
    PortalCode {
        code: "",
        text: Some("The parameter 'ownerEntityID' is invalid or not defined"),
        method: "",
        endpoint: None,
        kind: ErrorKind::InvalidId,
    },
    // api-reference/crm/quote/contacts/crm-quote-contact-items-delete.md; HTTP [400]
    PortalCode {
        code: "",
        text: Some("The parameter ownerEntityID is invalid or not defined"),
        method: "",
        endpoint: None,
        kind: ErrorKind::InvalidId,
    },
    // api-reference/crm/deals/contacts/crm-deal-contact-delete.md; HTTP [400]
    PortalCode {
        code: "",
        text: Some("The parameter 'item' must be array"),
        method: "",
        endpoint: None,
        kind: ErrorKind::InvalidArgument,
    },
    // api-reference/crm/deals/contacts/crm-deal-contact-delete.md; HTTP [400]
    PortalCode {
        code: "",
        text: Some("The parameter 'fields' is not valid"),
        method: "",
        endpoint: None,
        kind: ErrorKind::MissingFields,
    },
    // api-reference/crm/leads/management-communication/crm-lead-contact-delete.md; HTTP [400]
    PortalCode {
        code: "",
        text: Some("Required fields not provided"),
        method: "",
        endpoint: None,
        kind: ErrorKind::MissingFields,
    },
    // api-reference/crm/leads/crm-lead-delete.md; HTTP [400]
    PortalCode {
        code: "",
        text: Some("Access denied"),
        method: "",
        endpoint: None,
        kind: ErrorKind::AccessDenied,
    },
    // api-reference/crm/deals/contacts/crm-deal-contact-delete.md; HTTP [400]
    PortalCode {
        code: "",
        text: Some("[Contact #1] You do not have permission to view this item"),
        method: "",
        endpoint: None,
        kind: ErrorKind::AccessDenied,
    },
    // api-reference/crm/contacts/crm-contact-list.md; HTTP [400]
    PortalCode {
        code: "",
        text: Some("Parameter 'order' must be array"),
        method: "",
        endpoint: None,
        kind: ErrorKind::InvalidArgument,
    },
    // api-reference/crm/contacts/crm-contact-list.md; HTTP [400]
    PortalCode {
        code: "",
        text: Some("Parameter 'filter' must be array"),
        method: "",
        endpoint: None,
        kind: ErrorKind::InvalidArgument,
    },
    // api-reference/crm/universal/crm-item-list.md; HTTP [400]
    PortalCode {
        code: "INVALID_ARG_VALUE",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::InvalidArgument,
    },
    // api-reference/crm/universal/index.md; HTTP [400]
    PortalCode {
        code: "ENTITY_TYPE_NOT_SUPPORTED",
        text: None,
        method: "",
        endpoint: None,
        kind: ErrorKind::InvalidArgument,
    },
];
