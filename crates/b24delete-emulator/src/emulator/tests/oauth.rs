//! The authorization server and calls with its tokens.

use super::*;

/// Status and body of the reply to a POST of JSON.
async fn call(portal: &Emulator, path: &str, params: Value) -> (u16, Value) {
    send(portal, Request::post(path).header("content-type", "application/json"), &params.to_string()).await
}

async fn send(portal: &Emulator, request: axum::http::request::Builder, body: &str) -> (u16, Value) {
    let response = portal.handle(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

fn refresh(application: &Application, token: &str) -> Value {
    json!({
        "grant_type": "refresh_token",
        "client_id": application.client_id,
        "client_secret": application.client_secret,
        "refresh_token": token,
    })
}

#[tokio::test(start_paused = true)]
async fn a_token_authorizes_calls_in_body_and_query_until_it_expires() {
    let portal = portal(|settings| settings.token_ttl = 60.0);
    let token = portal.application().access_token;
    let (status, reply) = call(&portal, "/rest/app.info", json!({"auth": token})).await;
    assert_eq!((status, &reply["result"]["STATUS"]), (200, &json!("L")));
    let get = Request::get(format!("/rest/crm.lead.get.json?id=1&auth={token}"));
    assert_eq!(send(&portal, get, "").await.1["result"]["ID"], json!("1"));
    let commands = json!({"auth": token, "halt": 0, "cmd": {"d": "crm.lead.delete?id=1"}});
    assert_eq!(call(&portal, "/rest/batch", commands).await.1["result"]["result"]["d"], json!(true));
    assert_eq!(&*portal.executions(0)[0].credential, "application");

    portal.portal().clock.sleep(60.0).await;
    let expired =
        json!({"error": "expired_token", "error_description": "The access token provided has expired."});
    assert_eq!(call(&portal, "/rest/app.info", json!({"auth": token})).await, (401, expired));
    let (status, reply) = call(&portal, "/rest/app.info", json!({"auth": "x"})).await;
    assert_eq!((status, &reply["error"]), (401, &json!("invalid_token")));
    for nothing in [json!({}), json!({"auth": ""}), json!({"auth": [1]})] {
        let (status, reply) = call(&portal, "/rest/app.info", nothing).await;
        assert_eq!((status, &reply["error"]), (401, &json!("NO_AUTH_FOUND")));
    }
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_works_once() {
    let portal = portal(|_| {});
    let application = portal.application();
    let (status, reply) =
        call(&portal, "/oauth/token/", refresh(&application, &application.refresh_token)).await;
    let mut names: Vec<_> = reply.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    let documented = [
        "access_token",
        "client_endpoint",
        "domain",
        "expires",
        "expires_in",
        "member_id",
        "refresh_token",
        "scope",
        "server_endpoint",
        "status",
        "user_id",
    ];
    assert_eq!((status, &names[..]), (200, &documented[..]));
    assert_eq!(reply["client_endpoint"], json!("https://portal.b24.test/rest/"));
    let (status, again) =
        call(&portal, "/oauth/token/", refresh(&application, &application.refresh_token)).await;
    assert_eq!((status, again), (400, json!({"error": "invalid_grant"})));
    let form = format!(
        "grant_type=refresh_token&client_id={}&client_secret={}&refresh_token={}",
        application.client_id,
        application.client_secret,
        reply["refresh_token"].as_str().unwrap()
    );
    let get = Request::get(format!("/oauth/token/?{form}"));
    assert_eq!(send(&portal, get, "").await.0, 200);
    let post = Request::post("/oauth/token").header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(send(&portal, post, &form).await, (400, json!({"error": "invalid_grant"})));
    assert_eq!(portal.statistics().executed["oauth.token"], 4);
    assert_eq!(portal.statistics().requests, 0);
}

#[tokio::test(start_paused = true)]
async fn a_used_refresh_token_can_have_a_grace() {
    let portal = portal(|settings| settings.refresh_grace = 10.0);
    let application = portal.application();
    let request = refresh(&application, &application.refresh_token);
    for status in [200, 200] {
        assert_eq!(call(&portal, "/oauth/token/", request.clone()).await.0, status);
    }
    portal.portal().clock.sleep(10.0).await;
    assert_eq!(call(&portal, "/oauth/token/", request).await.0, 400);
}

#[tokio::test(start_paused = true)]
async fn a_code_lives_half_a_minute() {
    let portal = portal(|_| {});
    let application = portal.application();
    let authorize = async |client_id: &str| {
        let uri = format!("/oauth/authorize/?client_id={client_id}&state=a%26b");
        portal.handle(Request::get(uri).body(Body::empty()).unwrap()).await.unwrap()
    };
    assert_eq!(authorize("local.other").await.status(), 404);
    let exchange = |response: &Response<Body>| {
        let location = response.headers()["location"].to_str().unwrap().to_owned();
        assert!(
            location.starts_with("https://app.b24.test/?code=") && location.contains("&state=a%26b&domain=")
        );
        let code = location.split(['=', '&']).nth(1).unwrap().to_owned();
        json!({
            "grant_type": "authorization_code",
            "client_id": application.client_id,
            "client_secret": application.client_secret,
            "code": code,
        })
    };
    let good = exchange(&authorize(&application.client_id).await);
    let (status, reply) = call(&portal, "/oauth/token/", good.clone()).await;
    assert_eq!(status, 200);
    assert!(reply.get("user_id").is_none() && reply["expires_in"] == json!(3600));
    assert_eq!(call(&portal, "/oauth/token/", good).await.1["error"], json!("invalid_grant"));
    let late = exchange(&authorize(&application.client_id).await);
    portal.portal().clock.sleep(30.0).await;
    assert_eq!(call(&portal, "/oauth/token/", late).await.1["error"], json!("invalid_grant"));
}

#[tokio::test(start_paused = true)]
async fn refusals_are_as_odd_as_the_real_ones() {
    let portal = portal(|_| {});
    let application = portal.application();
    let changed = |name: &str, value: Value| {
        let mut request = refresh(&application, &application.refresh_token);
        request[name] = value;
        request
    };
    let missing =
        json!({"error": "invalid_request", "error_description": "No \"refresh_token\" parameter found"});
    for (request, expected) in [
        (changed("client_id", json!("local.other")), (200, json!({"error": "wrong_client"}))),
        (changed("client_secret", json!("x")), (400, json!({"error": "invalid_client"}))),
        (changed("refresh_token", json!("")), (400, missing)),
        (changed("refresh_token", json!("x")), (400, json!({"error": "invalid_grant"}))),
    ] {
        assert_eq!(call(&portal, "/oauth/token/", request).await, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn faults_strike_requests_for_tokens() {
    let portal = portal(|_| {});
    let application = portal.application();
    portal.add_faults(vec![FaultRule {
        moment: Moment::After,
        count: Some(1),
        ..FaultRule::new("oauth.token", Fault::Html { status: 502 })
    }]);
    let request = refresh(&application, &application.refresh_token);
    assert_eq!(call(&portal, "/oauth/token/", request.clone()).await.0, 502);
    assert_eq!(call(&portal, "/oauth/token/", request).await.1["error"], json!("invalid_grant"));
    assert_eq!(call(&portal, "/rest/app.info", json!({"auth": application.access_token})).await.0, 200);
}
