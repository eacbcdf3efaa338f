//! Sending a file with its progress, which `fetch` does not tell, and without a time limit.
use futures::channel::oneshot;
use serde::de::DeserializeOwned;
use shared::api::{
    AccountFile, AccountId, BankImportSummary, DateOrder, ErrorCode, Import, Logo, NAME_MAX,
    Problem,
};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{File, ProgressEvent, XmlHttpRequest};

use super::http::{bearer, refresh};
use super::transport::BASE;
use super::{Fault, Path, decode};
use crate::{browser, session};

/// What files of rows are sent as, whatever a browser takes them for.
const SHEET: &str = "text/csv";

/// Uploads a file of time; `told` hears how many per cent of it have left.
///
/// # Errors
/// As every request: no answer, or the server's refusal.
pub async fn upload_import(file: &File, told: impl Fn(i64) + 'static) -> Result<Import, Fault> {
    let path = Path::new("/imports").with("file_name", Some(file.name())).done();
    send_file(&path, (file, SHEET), told).await
}

/// Uploads a bank statement, with what a person says of a file that does not say it.
///
/// # Errors
/// As every request: no answer, or the server's refusal.
pub async fn upload_statement(
    file: &File,
    order: Option<DateOrder>,
    currency: Option<String>,
) -> Result<BankImportSummary, Fault> {
    let order = order.map(|order| match order {
        DateOrder::YearMonthDay => "year_month_day",
        DateOrder::DayMonthYear => "day_month_year",
        DateOrder::MonthDayYear => "month_day_year",
    });
    let path = Path::new("/bank-imports").with("file_name", Some(file.name()));
    let path = path.with("date_order", order).with("currency", currency).done();
    send_file(&path, (file, SHEET), |_| ()).await
}

/// Brings a picture that papers can show; the browser says what kind it is.
///
/// # Errors
/// As every request: no answer, or the server's refusal.
pub async fn upload_logo(file: &File) -> Result<Logo, Fault> {
    send_file("/logos", (file, &file.type_()), |_| ()).await
}

/// Brings a file of an account; `told` hears how many per cent of it have left.
///
/// # Errors
/// As every request: no answer, or the server's refusal.
pub async fn upload_file(
    account: AccountId,
    file: &File,
    told: impl Fn(i64) + 'static,
) -> Result<AccountFile, Fault> {
    // What is longer is no name that says more.
    let name: String = file.name().chars().take(NAME_MAX).collect();
    let path = Path::new(format!("/accounts/{account}/files")).with("file_name", Some(name));
    send_file(&path.done(), (file, "application/octet-stream"), told).await
}

/// Sends a file's bytes as what they are said to be; when the access token has ended, renews it once and sends again.
async fn send_file<T: DeserializeOwned>(
    path: &str,
    file: (&File, &str),
    told: impl Fn(i64) + 'static,
) -> Result<T, Fault> {
    let told = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        // Both are whole numbers of bytes.
        let (loaded, total) = (event.loaded() as i64, event.total() as i64);
        told(loaded.saturating_mul(100) / total.max(1));
    });
    let key = browser::random_uuid();
    match once(path, file, &key, &told).await {
        Err(fault) if fault.is(ErrorCode::Unauthenticated) => match refresh().await {
            Ok(_) => once(path, file, &key, &told).await,
            // No connection: the session may well hold.
            Err(fault) if fault.passing() => Err(fault),
            Err(_) => {
                session::ended();
                Err(fault)
            }
        },
        outcome => outcome,
    }
}

async fn once<T: DeserializeOwned>(
    path: &str,
    file: (&File, &str),
    key: &str,
    told: &Closure<dyn Fn(ProgressEvent)>,
) -> Result<T, Fault> {
    let request = XmlHttpRequest::new().map_err(|_| Fault::Network)?;
    let (done, ended) = oneshot::channel::<()>();
    // Comes once, whatever the outcome; whoever waits may have gone.
    let finish = Closure::once(move || {
        let _ = done.send(());
    });
    request.set_onloadend(Some(finish.as_ref().unchecked_ref()));
    if let Ok(upload) = request.upload() {
        upload.set_onprogress(Some(told.as_ref().unchecked_ref()));
    }
    begin(&request, path, file, key).map_err(|_| Fault::Network)?;
    let answered = ended.await.is_ok();
    let status = request.status().unwrap_or(0);
    browser::connected(answered && status != 0);
    let text = request.response_text().ok().flatten().unwrap_or_default();
    match status {
        0 => Err(Fault::Network),
        200..300 => decode(&text),
        _ => Err(match decode::<Problem>(&text) {
            Ok(problem) => Fault::Problem(Box::new(problem)),
            Err(_) => Fault::Foreign(status),
        }),
    }
}

fn begin(
    request: &XmlHttpRequest,
    path: &str,
    (file, kind): (&File, &str),
    key: &str,
) -> Result<(), wasm_bindgen::JsValue> {
    request.open("POST", &format!("{BASE}{path}"))?;
    request.set_request_header("Accept", "application/json, application/problem+json")?;
    request.set_request_header("Content-Type", kind)?;
    request.set_request_header("Idempotency-Key", key)?;
    if let Some(token) = bearer() {
        request.set_request_header("Authorization", &format!("Bearer {token}"))?;
    }
    request.send_with_opt_blob(Some(file))
}
