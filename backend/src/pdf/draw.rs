//! Pages to a file: PDF/A-3, tagged, so that it lasts and can be read aloud.
use std::collections::BTreeMap;
use std::num::NonZeroU16;

use chrono::{Datelike, Timelike};
use krilla::Document;
use krilla::SerializeSettings;
use krilla::color::rgb;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::image::Image;
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TableHeaderScope, Tag, TagGroup,
    TagTree,
};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use shared::api::Paper;

use super::attach;
use super::layout::{Item, Page, Role};
use super::sheet::Sheet;
use super::text::{Mil, Run, Shade, Weight, units};
use crate::error::{Error, Result};

/// Points, as the file has them.
#[expect(clippy::float_arithmetic, reason = "the file format counts in fractions of points")]
fn points(mil: Mil) -> f32 {
    mil as f32 / 1_000.0
}

/// Of the size of the font.
#[expect(clippy::float_arithmetic, reason = "the file format counts in fractions of ems")]
fn of_em(font_units: i32, weight: Weight) -> f32 {
    font_units as f32 / units(weight) as f32
}

fn fill(shade: Shade) -> Fill {
    let (red, green, blue) = match shade {
        Shade::Ink => (0x16, 0x1b, 0x26),
        Shade::Soft => (0x5b, 0x64, 0x74),
        Shade::Line => (0xd9, 0xdd, 0xe4),
        Shade::Tint => (0xf3, 0xf5, 0xf9),
        Shade::Accent => (0x2f, 0x5b, 0xc4),
    };
    Fill { paint: rgb::Color::new(red, green, blue).into(), ..Fill::default() }
}

/// Writes the pages of a sheet as a file, with the invoice that they show in it.
///
/// # Errors
/// What the file format refuses: ours to mend.
pub fn file(sheet: &Sheet, pages: &[Page], invoice: Option<&[u8]>) -> Result<Vec<u8>> {
    let failed = |error: String| Error::internal("writing a PDF", error);
    let archival = ConfigurationBuilder::new().with_archival_validator(Archival::A3_A).finish();
    let configuration = archival.map_err(|error| failed(format!("{error:?}")))?;
    let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    let open = |weight: Weight| {
        let font = Font::new(weight.file().into(), 0);
        font.ok_or_else(|| failed("a font cannot be read".into()))
    };
    let fonts = [open(Weight::Regular)?, open(Weight::SemiBold)?];
    let (width, height) = match sheet.paper {
        Paper::A4 => (595.276, 841.89),
        Paper::Letter => (612.0, 792.0),
    };
    let mut tags = Tags::default();
    // PDF/A has no smoothing.
    let logo = sheet.logo.as_ref().map(|logo| Image::from_png(logo.bytes.clone().into(), false));
    let logo = logo.transpose().map_err(failed)?;
    for page in pages {
        let settings = PageSettings::from_wh(width, height);
        let settings = settings.ok_or_else(|| failed("a page has no size".into()))?;
        let mut leaf = document.start_page_with(settings);
        let mut surface = leaf.surface();
        for item in &page.items {
            draw(&mut surface, (&fonts, logo.as_ref()), item, &mut tags);
        }
        surface.finish();
        leaf.finish();
    }
    if let Some(xml) = invoice {
        let file = EmbeddedFile {
            path: attach::NAME.to_owned(),
            mime_type: MimeType::new("text/xml"),
            description: Some("Factur-X".to_owned()),
            association_kind: AssociationKind::Alternative,
            data: xml.to_vec().into(),
            modification_date: Some(made_at(sheet)),
            compress: Some(true),
            location: None,
        };
        document.embed_file(file).ok_or_else(|| failed("an invoice is in it twice".into()))?;
    }
    document.set_tag_tree(tags.tree(sheet));
    document.set_metadata(metadata(sheet));
    document.finish().map_err(|error| failed(format!("{error:?}")))
}

fn made_at(sheet: &Sheet) -> DateTime {
    let at = sheet.made_at.naive_utc();
    let part = |value: u32| u8::try_from(value).unwrap_or_default();
    DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(part(at.month()))
        .day(part(at.day()))
        .hour(part(at.hour()))
        .minute(part(at.minute()))
        .second(part(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

fn metadata(sheet: &Sheet) -> Metadata {
    Metadata::new()
        .title(sheet.heading.clone())
        .language(sheet.language.to_owned())
        .authors(vec![sheet.from.name.clone()])
        .creator("Perennial".to_owned())
        .creation_date(made_at(sheet))
        .document_id(format!("{} {}", sheet.from.name, sheet.heading))
}

fn draw(
    surface: &mut Surface<'_>,
    (fonts, logo): (&[Font; 2], Option<&Image>),
    item: &Item,
    tags: &mut Tags,
) {
    match item {
        Item::Picture { x, y, width, height } => {
            let size = Size::from_wh(points(*width), points(*height));
            let Some((logo, size)) = logo.zip(size) else { return };
            // The name that it stands for is beside it.
            let ornament = Artifact::with_kind(ArtifactType::Layout);
            surface.start_tagged(ContentTag::Artifact(ornament));
            surface.push_transform(&Transform::from_translate(points(*x), points(*y)));
            surface.draw_image(logo.clone(), size);
            surface.pop();
            surface.end_tagged();
        }
        Item::Area { x, y, width, height, shade } => {
            let rect = Rect::from_xywh(points(*x), points(*y), points(*width), points(*height));
            let Some(rect) = rect else { return };
            let mut path = PathBuilder::new();
            path.push_rect(rect);
            let Some(path) = path.finish() else { return };
            let ornament = Artifact::with_kind(ArtifactType::Layout);
            surface.start_tagged(ContentTag::Artifact(ornament));
            surface.set_fill(Some(fill(*shade)));
            surface.draw_path(&path);
            surface.end_tagged();
        }
        Item::Text { x, y, run, role } => {
            let tag = match role {
                Role::Repeated => {
                    ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther))
                }
                _ => ContentTag::Span(SpanTag::empty()),
            };
            let identifier = surface.start_tagged(tag);
            write(surface, fonts, (*x, *y), run);
            surface.end_tagged();
            tags.add(*role, identifier);
        }
    }
}

fn write(surface: &mut Surface<'_>, fonts: &[Font; 2], (x, y): (Mil, Mil), run: &Run) {
    let weight = run.style.weight;
    let glyph = |glyph: &super::text::Glyph| KrillaGlyph {
        glyph_id: GlyphId::new(glyph.id),
        text_range: glyph.of.clone(),
        x_advance: of_em(glyph.advance, weight),
        x_offset: of_em(glyph.dx, weight),
        y_offset: of_em(glyph.dy, weight),
        y_advance: 0.0,
        location: None,
    };
    let glyphs: Vec<KrillaGlyph> = run.glyphs.iter().map(glyph).collect();
    let [regular, semi_bold] = fonts;
    let font = if weight == Weight::Regular { regular } else { semi_bold };
    surface.set_fill(Some(fill(run.style.shade)));
    let at = Point::from_xy(points(x), points(y));
    surface.draw_glyphs(at, &glyphs, font.clone(), &run.text, points(run.style.size), false);
}

/// What is on the pages as it is read aloud.
#[derive(Default)]
struct Tags {
    heading: Vec<Identifier>,
    /// By their number; those above this one come before the table.
    paragraphs: BTreeMap<usize, Vec<Identifier>>,
    before_table: usize,
    heads: BTreeMap<usize, Vec<Identifier>>,
    cells: BTreeMap<usize, BTreeMap<usize, Vec<Identifier>>>,
}

impl Tags {
    fn add(&mut self, role: Role, identifier: Identifier) {
        match role {
            Role::Repeated => {}
            Role::Heading => self.heading.push(identifier),
            Role::Paragraph(number) => {
                if self.heads.is_empty() {
                    self.before_table = number;
                }
                self.paragraphs.entry(number).or_default().push(identifier);
            }
            Role::Head(column) => self.heads.entry(column).or_default().push(identifier),
            Role::Cell(row, column) => {
                let row = self.cells.entry(row).or_default();
                row.entry(column).or_default().push(identifier);
            }
        }
    }

    fn tree(self, sheet: &Sheet) -> TagTree {
        let mut tree = TagTree::new().with_lang(Some(sheet.language.to_owned()));
        let mut heading = TagGroup::new(Tag::Hn(NonZeroU16::MIN, Some(sheet.heading.clone())));
        self.heading.into_iter().for_each(|leaf| heading.push(leaf));
        tree.push(heading);
        let paragraph = |leaves: Vec<Identifier>| {
            let mut group = TagGroup::new(Tag::P);
            leaves.into_iter().for_each(|leaf| group.push(leaf));
            group
        };
        let mut table = TagGroup::new(Tag::Table);
        let mut head = TagGroup::new(Tag::TR);
        for leaves in self.heads.into_values() {
            let mut cell = TagGroup::new(Tag::TH(TableHeaderScope::Column));
            leaves.into_iter().for_each(|leaf| cell.push(leaf));
            head.push(cell);
        }
        let mut heads = TagGroup::new(Tag::THead);
        heads.push(head);
        table.push(heads);
        let mut body = TagGroup::new(Tag::TBody);
        for cells in self.cells.into_values() {
            let mut row = TagGroup::new(Tag::TR);
            for leaves in cells.into_values() {
                let mut cell = TagGroup::new(Tag::TD);
                cell.push(paragraph(leaves));
                row.push(cell);
            }
            body.push(row);
        }
        table.push(body);
        let mut table = Some(table);
        for (number, leaves) in self.paragraphs {
            if number > self.before_table
                && let Some(table) = table.take()
            {
                tree.push(table);
            }
            tree.push(paragraph(leaves));
        }
        if let Some(table) = table {
            tree.push(table);
        }
        tree
    }
}
