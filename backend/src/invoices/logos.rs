//! Pictures that papers show beside the name of who sends them. Source: docs/decisions/0059.
use std::io::Cursor;

use chrono::{DateTime, Utc};
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, ImageResult, Limits};
use shared::api::{ErrorCode, LOGO_ROOM, LOGO_SIDE_MAX, Logo, LogoId};
use uuid::Uuid;

use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::pdf::Picture;
use crate::{args, stmt};

/// What unpacking may take: a picture of the most pixels, twice.
const MEMORY: u64 = 128 << 20;

stmt!(
    ADD = "
    INSERT INTO logos (id, organisation_id, width, height, bytes, added_by, added_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7)"
);
stmt!(FIND = "SELECT width, height, bytes FROM logos WHERE organisation_id = $1 AND id = $2");

/// Reads what was brought as a picture, and makes of it what is kept: upright, no larger than its
/// room on a paper, without what a camera wrote beside it.
///
/// # Errors
/// `picture_unreadable`: it is none of this kind, or has too many pixels.
pub fn read(format: ImageFormat, bytes: &[u8]) -> Result<Picture> {
    let made = made(format, bytes);
    made.map_err(|error| Error::Explained(ErrorCode::PictureUnreadable, error.to_string()))
}

fn made(format: ImageFormat, bytes: &[u8]) -> ImageResult<Picture> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(LOGO_SIDE_MAX);
    limits.max_image_height = Some(LOGO_SIDE_MAX);
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    let (most_wide, most_high) = LOGO_ROOM;
    if picture.width() > most_wide || picture.height() > most_high {
        picture = picture.resize(most_wide, most_high, FilterType::Lanczos3);
    }
    let picture = if picture.color().has_alpha() {
        DynamicImage::ImageRgba8(picture.into_rgba8())
    } else {
        DynamicImage::ImageRgb8(picture.into_rgb8())
    };
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png)?;
    let size = (picture.width().into(), picture.height().into());
    Ok(Picture { bytes: png.into_inner(), size })
}

/// Keeps a picture.
///
/// # Errors
/// Those of the database.
pub async fn add(tx: &mut Tx, scope: Scope, new: &Picture, now: DateTime<Utc>) -> Result<Logo> {
    let (id, (width, height)) = (LogoId(Uuid::now_v7()), new.size);
    let (organisation, member) = (scope.organisation(), scope.member());
    let args = args![organisation, id, width, height, new.bytes.clone(), member, now];
    tx.execute(ADD.with(args)).await?;
    Ok(Logo { id, width, height })
}

/// A picture of the organisation.
///
/// # Errors
/// `not_found`.
pub async fn find(tx: &mut Tx, scope: Scope, id: LogoId) -> Result<Picture> {
    let (width, height, bytes): (i64, i64, Vec<u8>) =
        tx.one(FIND.with(args![scope.organisation(), id])).await?;
    Ok(Picture { bytes, size: (width, height) })
}

/// The one that a paper shows, if it shows one.
///
/// # Errors
/// Those of the database.
pub(crate) async fn picture(
    tx: &mut Tx,
    scope: Scope,
    id: Option<LogoId>,
) -> Result<Option<Picture>> {
    match id {
        Some(id) => find(tx, scope, id).await.map(Some),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn what_is_larger_than_its_room_is_made_smaller_and_keeps_its_shape() {
        let size = |width, height| {
            let of = DynamicImage::new_rgb8(width, height);
            read(ImageFormat::Jpeg, &file(&of, ImageFormat::Jpeg)).unwrap().size
        };
        assert_eq!(size(60, 90), (60, 90));
        assert_eq!(size(2_500, 400), (1_250, 200));
        assert_eq!(size(1_000, 4_000), (100, 400));
    }

    #[test]
    fn every_kind_of_colour_is_kept_as_one_that_papers_can_show() {
        use DynamicImage as Of;
        let all =
            [Of::new_luma8(3, 2), Of::new_luma_a8(3, 2), Of::new_rgb16(3, 2), Of::new_rgba16(3, 2)];
        for one in all {
            let made = read(ImageFormat::Png, &file(&one, ImageFormat::Png)).unwrap();
            let kept = image::load_from_memory(&made.bytes).unwrap();
            assert_eq!(kept.color().bytes_per_pixel(), 3 + u8::from(one.color().has_alpha()));
        }
    }

    #[test]
    fn half_a_file_and_too_many_pixels_are_no_picture() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg] {
            let whole = file(&DynamicImage::new_rgb8(90, 90), format);
            assert!(read(format, &whole[..whole.len() / 2]).is_err(), "{format:?}");
            let large = file(&DynamicImage::new_rgb8(LOGO_SIDE_MAX + 1, 1), format);
            assert!(read(format, &large).is_err(), "{format:?}");
        }
    }
}
