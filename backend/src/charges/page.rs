//! The page behind a link by which a client adds a card. It is no part of the app: the provider's
//! script, which takes the number, runs here and nowhere else.
use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, ContentType};
use actix_web::web::{self, ServiceConfig};
use reqwest::Url;
use shared::api::{ErrorCode, Language};

use super::cashier::Cashier;
use super::links;
use super::stripe::Stripe;
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Error;

const SCRIPT: &str = include_str!("../../pages/card.js");
const STYLE: &str = include_str!("../../pages/card.css");

/// The page and its files.
pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/cards/{token}", web::get().to(page))
        .route("/cards/files/card.js", web::get().to(script))
        .route("/cards/files/card.css", web::get().to(style));
}

async fn script() -> HttpResponse {
    file("text/javascript; charset=utf-8", SCRIPT)
}

async fn style() -> HttpResponse {
    file("text/css; charset=utf-8", STYLE)
}

fn file(kind: &'static str, text: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, kind))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(text)
}

/// What the page says, in the language of the client's bills.
struct Words {
    title: &'static str,
    about: &'static str,
    card: &'static str,
    bank: &'static str,
    holder: &'static str,
    email: &'static str,
    mandate: &'static str,
    add: &'static str,
    wait: &'static str,
    done: &'static str,
    later: &'static str,
    failed: &'static str,
    ended: &'static str,
}

const EN: Words = Words {
    title: "Add a way to pay",
    about: "{sender} will charge it with the invoices of {client}. The number goes to our payment \
            provider Stripe only.",
    card: "Card",
    bank: "Bank account (SEPA)",
    holder: "Account holder",
    email: "Mail address",
    mandate: "By giving your IBAN you authorise {sender} and Stripe, our payment provider, to send \
              instructions to your bank to debit your account, and your bank to debit it by those \
              instructions. You are entitled to a refund by the terms of your bank. It must be \
              claimed within 8 weeks of the debit.",
    add: "Add",
    wait: "One moment.",
    done: "Thank you. It is on file, and you can close this page.",
    later: "The bank has not confirmed it yet. Try again in a moment.",
    failed: "That did not work. Reload the page and try again.",
    ended: "This link has ended. Ask for a new one.",
};

const DE: Words = Words {
    title: "Zahlungsart hinterlegen",
    about: "{sender} bucht damit die Rechnungen von {client} ab. Die Nummer geht nur an unseren \
            Zahlungsdienstleister Stripe.",
    card: "Karte",
    bank: "Bankkonto (SEPA)",
    holder: "Kontoinhaber",
    email: "E-Mail-Adresse",
    mandate: "Mit der Angabe Ihrer IBAN ermächtigen Sie {sender} und unseren Zahlungsdienstleister \
              Stripe, Ihrem Kreditinstitut Anweisungen zur Belastung Ihres Kontos zu senden, und \
              Ihr Kreditinstitut, Ihr Konto gemäß diesen Anweisungen zu belasten. Sie haben \
              Anspruch auf Erstattung nach den Bedingungen Ihres Kreditinstituts. Der Anspruch ist \
              innerhalb von 8 Wochen ab der Belastung geltend zu machen.",
    add: "Hinterlegen",
    wait: "Einen Moment.",
    done: "Danke. Die Zahlungsart ist hinterlegt, Sie können diese Seite schließen.",
    later: "Die Bank hat noch nicht bestätigt. Versuchen Sie es gleich noch einmal.",
    failed: "Das hat nicht geklappt. Laden Sie die Seite neu und versuchen Sie es noch einmal.",
    ended: "Dieser Link ist abgelaufen. Bitten Sie um einen neuen.",
};

async fn page(
    (db, clock, cashier): (web::Data<Db>, web::Data<Clock>, web::Data<Cashier>),
    token: web::Path<String>,
) -> HttpResponse {
    let now = clock.now();
    let found = db.read(async |tx| links::names(tx, &token, now).await).await;
    match (found, cashier.stripe()) {
        (Ok((sender, client, language)), Ok(stripe)) => {
            let words = match language {
                Language::En => ("en", &EN),
                Language::De => ("de", &DE),
            };
            answer(StatusCode::OK, Some(stripe), &asks(words, (&sender, &client), &token, stripe))
        }
        (Err(error), _) | (_, Err(error)) => {
            let status = match error.code() {
                ErrorCode::LinkRevoked | ErrorCode::LinkExpired => StatusCode::GONE,
                ErrorCode::NotFound | ErrorCode::ChargingOff => StatusCode::NOT_FOUND,
                _ => failed(&error),
            };
            let text = format!("<p lang=\"en\">{}</p><p lang=\"de\">{}</p>", EN.ended, DE.ended);
            answer(status, None, &document("en", EN.title, &text))
        }
    }
}

fn failed(error: &Error) -> StatusCode {
    tracing::error!(?error, "the page of a link failed");
    StatusCode::SERVICE_UNAVAILABLE
}

/// The page with what it may load: the provider's script, and what that asks.
fn answer(status: StatusCode, stripe: Option<&Stripe>, html: &str) -> HttpResponse {
    let policy = match stripe {
        None => "default-src 'self'; frame-ancestors 'none'; base-uri 'none'".to_owned(),
        Some(stripe) => {
            let script = stripe.script();
            let from = script.parse::<Url>().map(|url| url.origin().ascii_serialization());
            let from = from.unwrap_or_default();
            format!(
                "default-src 'self'; script-src 'self' {from}; frame-src {from} \
                 https://hooks.stripe.com; connect-src 'self' {}; frame-ancestors 'none'; \
                 base-uri 'none'; form-action 'self'",
                stripe.api()
            )
        }
    };
    HttpResponse::build(status)
        .content_type(ContentType::html())
        .insert_header((header::CONTENT_SECURITY_POLICY, policy))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(html.to_owned())
}

fn document(language: &str, title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"robots\" content=\"noindex\"><title>{title}</title>\
         <link rel=\"stylesheet\" href=\"/cards/files/card.css\"></head>\
         <body><main><h1>{title}</h1>{body}</main></body></html>"
    )
}

fn asks(
    (language, words): (&str, &Words),
    (sender, client): (&str, &str),
    token: &str,
    stripe: &Stripe,
) -> String {
    let named = |text: &str| {
        text.replace("{sender}", &escaped(sender)).replace("{client}", &escaped(client))
    };
    let of_bank = match stripe.direct_debit() {
        false => String::new(),
        true => format!(
            "<div id=\"of-bank\" hidden>\
             <label>{}<input type=\"text\" name=\"name\" autocomplete=\"name\"></label>\
             <label>{}<input type=\"email\" name=\"email\" autocomplete=\"email\"></label>\
             <div id=\"iban\" class=\"field\"></div><small>{}</small></div>",
            words.holder,
            words.email,
            named(words.mandate)
        ),
    };
    let kinds = match stripe.direct_debit() {
        false => String::new(),
        true => format!(
            "<fieldset><label><input type=\"radio\" name=\"kind\" value=\"card\" checked> {}\
             </label><label><input type=\"radio\" name=\"kind\" value=\"bank\"> {}</label>\
             </fieldset>",
            words.card, words.bank
        ),
    };
    let body = format!(
        "<p>{}</p><form id=\"card\" data-token=\"{}\" data-wait=\"{}\" data-done=\"{}\" \
         data-later=\"{}\" data-failed=\"{}\">{kinds}\
         <div id=\"of-card\"><div id=\"number\" class=\"field\" role=\"group\" aria-label=\"{}\">\
         </div></div>{of_bank}<button type=\"submit\" disabled>{}</button></form>\
         <p id=\"said\" role=\"status\" tabindex=\"-1\">{}</p>\
         <script src=\"{}\"></script><script src=\"/cards/files/card.js\"></script>",
        named(words.about),
        escaped(token),
        words.wait,
        words.done,
        words.later,
        words.failed,
        words.card,
        words.add,
        words.wait,
        escaped(&stripe.script()),
    );
    document(language, words.title, &body)
}

/// Text that is nothing but text in a page.
fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return text.into();
    }
    let safe = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    safe.replace('"', "&quot;").replace('\'', "&#39;").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_nothing_but_text_in_the_page() {
        assert_eq!(escaped("A & B"), "A &amp; B");
        assert_eq!(escaped("<i a=\"'\">"), "&lt;i a=&quot;&#39;&quot;&gt;");
        assert_eq!(escaped("Studio"), "Studio");
    }
}
