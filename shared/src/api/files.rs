//! Files that are kept of an account, and the signed agreements among them.
//! Source: requirements S1-1, S1-4; docs/decisions/0067.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

/// The most bytes of a file: 10 MiB.
pub const FILE_BYTES_MAX: usize = 10 << 20;
/// The most bytes of all files of an organisation: 10 GiB. What is deleted counts until it is
/// cleared.
pub const FILES_BYTES_MAX: i64 = 10 << 30;
/// The longest name of a version of an agreement, in characters.
pub const AGREEMENT_LABEL_MAX: usize = 60;
/// The most people who sign an agreement.
pub const SIGNERS_MAX: usize = 20;

names! {
    /// What a file is, as its bytes say.
    FileKind {
        /// PDF.
        Pdf "pdf",
        /// A PNG picture.
        Png "png",
        /// A JPEG picture.
        Jpeg "jpeg",
        /// A WebP picture.
        Webp "webp",
        /// Plain text.
        Text "text",
        /// Rows of text.
        Csv "csv",
        /// A Word document.
        Docx "docx",
        /// An Excel workbook.
        Xlsx "xlsx",
        /// A PowerPoint presentation.
        Pptx "pptx",
        /// An OpenDocument text.
        Odt "odt",
        /// An OpenDocument spreadsheet.
        Ods "ods",
        /// An OpenDocument presentation.
        Odp "odp",
    }
}

impl FileKind {
    /// The endings of names that fit it, the usual one first.
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Jpeg => &["jpg", "jpeg"],
            Self::Text => &["txt", "md", "log"],
            Self::Csv => &["csv", "tsv"],
            Self::Pdf => &["pdf"],
            Self::Png => &["png"],
            Self::Webp => &["webp"],
            Self::Docx => &["docx"],
            Self::Xlsx => &["xlsx"],
            Self::Pptx => &["pptx"],
            Self::Odt => &["odt"],
            Self::Ods => &["ods"],
            Self::Odp => &["odp"],
        }
    }

    /// A picture that a browser draws.
    pub fn is_picture(self) -> bool {
        matches!(self, Self::Png | Self::Jpeg | Self::Webp)
    }

    /// Text that a browser shows as it is.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Csv)
    }

    /// Its media type as it is served: text is never anything but plain.
    pub fn media(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Text | Self::Csv => "text/plain; charset=utf-8",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pptx => {
                "application/vnd.openxmlformats-officedocument.presentationml.presentation"
            }
            Self::Odt => "application/vnd.oasis.opendocument.text",
            Self::Ods => "application/vnd.oasis.opendocument.spreadsheet",
            Self::Odp => "application/vnd.oasis.opendocument.presentation",
        }
    }
}

/// A file of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountFile {
    /// Its id.
    pub id: FileId,
    /// The client or partner.
    pub account_id: AccountId,
    /// The retainer it is about.
    pub retainer_id: Option<RetainerId>,
    /// Its name.
    pub retainer_name: Option<String>,
    /// The name it was brought with, without folders, with an ending that fits.
    pub name: String,
    /// What it is.
    pub kind: FileKind,
    /// How large it is, in bytes.
    pub size: i64,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha_256: String,
    /// What it is about.
    pub note: Option<String>,
    /// It is a signed agreement, which stays.
    pub is_agreement: bool,
    /// Who brought it.
    pub added_by: MemberId,
    /// Their name.
    pub added_by_name: String,
    /// When.
    pub added_at: DateTime<Utc>,
    /// The version, to delete it by.
    pub version: i64,
}

/// A signed agreement to be: a file of the account, and the version of the terms that it made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAgreement {
    /// The file that was signed: one of the account.
    #[garde(skip)]
    pub file_id: FileId,
    /// The version of the terms that it made; the newest if left out.
    #[garde(inner(range(min = 1, max = 1_000_000)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1_000_000, example = 1))]
    pub terms_number: Option<i64>,
    /// How this version of the agreement is called.
    #[garde(length(chars, max = AGREEMENT_LABEL_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 60, example = "Version 1")
    )]
    pub label: String,
    /// Who signed it, by name.
    #[garde(
        length(max = SIGNERS_MAX),
        custom(check::some),
        inner(length(chars, max = NAME_MAX), custom(check::name))
    )]
    #[cfg_attr(
        feature = "openapi",
        schema(min_items = 1, max_items = 20, example = json!(["Mia Berg"]))
    )]
    pub signers: Vec<String>,
    /// The day of the last signature.
    #[garde(custom(check::day))]
    #[cfg_attr(feature = "openapi", schema(example = "2025-12-15"))]
    pub signed_on: NaiveDate,
    /// The day from which it holds; that of the terms if left out.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "2026-01-01"))]
    pub starts_on: Option<NaiveDate>,
}

/// What was signed of a retainer: a file, or a proposal by a typed name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Agreement {
    /// Its id.
    pub id: AgreementId,
    /// The retainer.
    pub retainer_id: RetainerId,
    /// The version of the terms that it made.
    pub terms_number: i64,
    /// The day from which those terms are kept.
    pub terms_from: NaiveDate,
    /// The file that was signed.
    pub file_id: Option<FileId>,
    /// Its name.
    pub file_name: Option<String>,
    /// The proposal that was signed.
    pub proposal_id: Option<ProposalId>,
    /// Its number within its renewal.
    pub proposal_number: Option<i64>,
    /// How this version of the agreement is called; nothing for a proposal.
    pub label: Option<String>,
    /// Who signed it.
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub signers: Vec<String>,
    /// The day of the last signature.
    pub signed_on: NaiveDate,
    /// The day from which it holds.
    pub starts_on: NaiveDate,
    /// Who wrote it down; of a proposal who made it.
    pub added_by_name: String,
    /// When.
    pub added_at: DateTime<Utc>,
}

/// A version of the terms, as an agreement can name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgreedTerms {
    /// Its number.
    pub number: i64,
    /// The day from which it is kept.
    pub effective_from: NaiveDate,
    /// The day on which it was written down, in the organisation's zone.
    pub agreed_on: NaiveDate,
    /// Why.
    pub reason: Option<String>,
    /// Something signed made it.
    pub signed: bool,
}

/// Terms that were changed since the last of them that somebody signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TermsDrift {
    /// The first version after those that were signed.
    pub terms_number: i64,
    /// The day on which it was written down, in the organisation's zone.
    pub changed_on: NaiveDate,
    /// How many versions there are by now that nobody signed.
    pub versions: i64,
    /// The day on which the newest agreement was signed.
    pub signed_on: NaiveDate,
}

/// What was signed of a retainer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Agreements {
    /// Those of the newest terms first.
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub items: Vec<Agreement>,
    /// The one that counts today: the last signed of the newest terms that hold by now.
    pub in_force: Option<AgreementId>,
    /// The newest, if it or its terms hold only from a day to come.
    pub coming: Option<AgreementId>,
    /// Present if the terms were changed since, and nobody signed that.
    pub drift: Option<TermsDrift>,
    /// The versions of the terms, the newest first.
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub terms: Vec<AgreedTerms>,
}

checked! {
    NewAgreement;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_kinds_share_an_ending() {
        let mut all: Vec<&str> =
            FileKind::ALL.iter().flat_map(|kind| kind.endings()).copied().collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
