//! What the columns of a file mean, by their names.
use shared::api::FieldError;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Date,
    EndDate,
    Start,
    End,
    Duration,
    Hours,
    Minutes,
    Seconds,
    Client,
    Project,
    Task,
    Note,
    FirstName,
    LastName,
    Person,
    Email,
    Billable,
    /// Work, or a break.
    Kind,
}

/// Names of each role, the surest first: English as the tools write them, then what people and
/// translated tools write.
const NAMES: &[(Role, &str)] = &[
    (
        Role::Date,
        "date|start date|spent date|work date|date worked|worked on|entry date|spent on|day|\
         datum|startdatum|tag|fecha|fecha de inicio|date de début|jour|data|data inizio|\
         giorno|begindatum",
    ),
    (Role::EndDate, "end date|enddatum|fecha de fin|date de fin|data fine|einddatum"),
    (
        Role::Start,
        "start|start time|started at|start datetime|started|time start|from|begin|startzeit|\
         beginn|von|inicio|hora de inicio|début|heure de début|inizio|starttijd",
    ),
    (
        Role::End,
        "end|end time|ended at|end datetime|ended|time end|stop|stop time|stopped at|finish|to|\
         until|\
         endzeit|ende|bis|fin|hora de fin|heure de fin|fine|eindtijd",
    ),
    (
        Role::Duration,
        "duration|duration (h)|duration (hh:mm)|duration (hh:mm:ss)|time (h)|time spent|\
         tracked time|time tracked|dauer|dauer (h)|durée|durée (h)|duración|duración (h)|\
         duração|durata|duur",
    ),
    (
        Role::Hours,
        "hours|duration (decimal)|hours (decimal)|decimal hours|duration (hours)|\
         duration in hours|time (hours)|time (decimal)|hours spent|stunden|dauer (dezimal)|\
         heures|horas|ore|uren",
    ),
    (
        Role::Minutes,
        "minutes|duration (minutes)|duration (min)|duration minutes|duration in minutes|\
         time (minutes)|minuten|minutos|minuti",
    ),
    (
        Role::Seconds,
        "seconds|duration (seconds)|duration (s)|duration seconds|duration in seconds|\
         sekunden",
    ),
    (
        Role::Client,
        "client|client name|customer|customer name|kunde|kundenname|cliente|klant|account|\
         company",
    ),
    (Role::Project, "project|project name|projekt|projektname|projet|proyecto|projeto|progetto"),
    (
        Role::Task,
        "task|task name|activity|service|aufgabe|tätigkeit|leistung|tâche|tarea|tarefa|\
         attività|taak",
    ),
    (
        Role::Note,
        "description|notes|note|comment|comments|memo|details|beschreibung|notiz|notizen|\
         bemerkung|descripción|descrição|descrizione|commentaire|remarques|omschrijving",
    ),
    (Role::FirstName, "first name|vorname|prénom|nombre|nome|voornaam"),
    (Role::LastName, "last name|surname|nachname|nom|apellido|apellidos|cognome|achternaam"),
    (
        Role::Person,
        "user|user name|member|member name|team member|person|employee|employee name|\
         full name|staff|resource|who|benutzer|nutzer|mitarbeiter|mitarbeiterin|person name|\
         utilisateur|collaborateur|usuario|utente|gebruiker|medewerker|name",
    ),
    (
        Role::Email,
        "email|user email|e mail|email address|e mail address|mail|member email|\
         employee email|correo",
    ),
    (
        Role::Billable,
        "billable|is billable|abrechenbar|verrechenbar|facturable|fatturabile|factureerbaar",
    ),
    (Role::Kind, "type|typ"),
];

/// How many roles there are.
const ROLES: usize = 18;

/// Which column has which role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns([Option<usize>; ROLES]);

impl Columns {
    /// The roles of these columns; each column has one at most.
    pub fn find(header: &[String]) -> Self {
        let names: Vec<String> = header.iter().map(|name| normal(name)).collect();
        let mut columns = Self::default();
        for (role, known) in NAMES {
            let free = |at: &usize| !columns.0.contains(&Some(*at));
            let named = |name: &&str| (0..names.len()).filter(free).find(|at| names[*at] == **name);
            columns.0[*role as usize] = known.split('|').find_map(|name| named(&name));
        }
        columns
    }
    /// The column of a role.
    pub fn of(&self, role: Role) -> Option<usize> {
        self.0[role as usize]
    }
    /// What a sheet of time needs and these columns do not have.
    pub fn missing(&self) -> Vec<FieldError> {
        let has = |role| self.of(role).is_some();
        let mut missing = Vec::new();
        let mut miss = |field: &str, message: &str| {
            let (field, code) = (field.to_owned(), "column_missing".to_owned());
            missing.push(FieldError { field, code, message: message.to_owned() });
        };
        if !has(Role::Date) && !has(Role::Start) {
            miss("date", "No column has the day worked, such as Date or Start date.");
        }
        let length = [Role::Duration, Role::Hours, Role::Minutes, Role::Seconds];
        let from_to = has(Role::Start) && has(Role::End);
        if !from_to && !length.into_iter().any(has) {
            miss(
                "duration",
                "No column has the time worked, such as Duration or Hours, or a start and an end.",
            );
        }
        missing
    }
}

/// A name as it is compared: lower case, without marks that exports add or leave out.
pub fn normal(name: &str) -> String {
    let name =
        name.trim_start_matches('\u{feff}').to_lowercase().replace(['_', '-', '\u{a0}'], " ");
    let words = name.split_whitespace().collect::<Vec<_>>().join(" ");
    words.trim_end_matches(['?', ':', '*', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(header: &str) -> Columns {
        Columns::find(&header.split(',').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn every_name_belongs_to_one_role() {
        let mut seen = std::collections::HashSet::new();
        for (at, (role, names)) in NAMES.iter().enumerate() {
            assert_eq!(*role as usize, at);
            for name in names.split('|') {
                assert_eq!(normal(name), name);
                assert!(seen.insert(name), "{name} twice");
            }
        }
        assert_eq!(NAMES.len(), ROLES);
    }

    #[test]
    fn case_order_marks_and_other_columns_do_not_matter() {
        let found = columns("\u{feff}Rate,BILLABLE?,user_email, Hours ,Work-Date");
        assert_eq!(found.of(Role::Billable), Some(1));
        assert_eq!(found.of(Role::Email), Some(2));
        assert_eq!(found.of(Role::Hours), Some(3));
        assert_eq!(found.of(Role::Date), Some(4));
        assert!(found.missing().is_empty());
    }

    #[test]
    fn the_surer_name_wins() {
        let found = columns("Name,User,Start Date,Date,Duration (decimal),Duration (h)");
        assert_eq!(found.of(Role::Person), Some(1));
        assert_eq!(found.of(Role::Date), Some(3));
        assert_eq!((found.of(Role::Duration), found.of(Role::Hours)), (Some(5), Some(4)));
    }

    #[test]
    fn what_is_missing_is_named() {
        let fields = |header| {
            columns(header).missing().into_iter().map(|fault| fault.field).collect::<Vec<_>>()
        };
        assert_eq!(fields("Client Name,Address"), ["date", "duration"]);
        assert_eq!(fields("Datum,Kunde"), ["duration"]);
        assert_eq!(fields("Hours"), ["date"]);
        assert!(fields("Start,End").is_empty());
    }
}
