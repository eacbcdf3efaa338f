//! Files as the tools write them, with people and clients of our own.

/// Toggl Track: a byte order mark, an entry of no length, an unbilled one, a name in the tags.
pub const TOGGL: &str = "\u{feff}User,Email,Client,Project,Task,Description,Billable,Start date,\
Start time,End date,End time,Duration,Tags,Amount (EUR)
Ada Example,ada@home.example,,Site without client,,\"\",No,2026-01-05,10:23:52,2026-01-05,10:23:52,\
00:00:00,\"Design, Web\",
Ada Example,ada@home.example,Big Company,Site,Task 1,Hard work,Yes,2026-01-05,10:23:00,2026-01-05,\
11:23:01,01:00:01,,111.11
Ada Example,ada@home.example,Big Company,Site,,Unbilled,No,2026-01-06,09:00:00,2026-01-06,09:30:00,\
00:30:00,,
";

/// Clockify: everything quoted, twelve hours, the month first, the exact duration beside `0.00`.
pub const CLOCKIFY: &str = r#""Project","Client","Description","Task","User","Group","Email","Tags","Type","Billable","Invoiced","Invoice ID","Start Date","Start Time","End Date","End Time","Duration (h)","Duration (decimal)","Billable Rate (EUR)","Billable Amount (EUR)","Date of creation"
"Site","Big Company","\\ 🔥 Special ''''''`!@#$%^&*()_+\-=\[\]{};':''\\|,.''<>\/?~ \\\","A giant task","Ada Example","Group1, Group2","ada@home.example","","Regular","Yes","Yes","Invoice100","01/15/2026","11:00:00 AM","01/15/2026","11:30:00 AM","00:30:00","0.50","1000.00","500.00","01/15/2026"
"Site","Big Company","Over midnight","","Ada Example","","ada@home.example","","Regular","Yes","No","","01/02/2026","11:30 PM","01/03/2026","12:30:01 AM","01:00:01","0.00","0.00","0.00","01/03/2026"
"#;

/// Harvest: decimal commas, quoted since the comma parts the fields too; first and last names.
pub const HARVEST: &str = "Date,Client,Project,Project Code,Task,Notes,Hours,Billable?,Invoiced?,\
Approved?,First Name,Last Name,Roles,Employee?,Billable Rate,Billable Amount,Cost Rate,Cost Amount,\
Currency,External Reference URL
2026-01-07,,Site without client,,,\"\",\"20,0\",No,No,No,Ada,Example,,Yes,\"100,0\",\"2.000,0\",\
\"0,0\",\"0,0\",Euro - EUR,
2026-01-08,Big Company,Site,,Task 1,\"Two\nlines, \"\"quoted\"\"\",\"0,01\",Yes,No,No,Ada,Example,,\
Yes,\"100,0\",\"1,0\",\"0,0\",\"0,0\",Euro - EUR,
2026-01-09,Big Company,Site,,,Long,\"1.234,50\",Yes,No,No,Ada,Example,,Yes,\"100,0\",\"1,0\",\
\"0,0\",\"0,0\",Euro - EUR,
";

/// What a script of one's own writes: instants, and no duration.
pub const GENERIC: &str =
    "description,billable,client,project,tags,start,end,task,user_name,user_email
\"\",\"false\",\"\",\"Site without client\",\"Design, Web\",\"2026-01-04T09:23:52Z\",\
\"2026-01-04T09:23:52Z\",\"\",\"Ada Example\",\"ada@home.example\"
\"Hard work\",\"true\",\"Big Company\",\"Site\",\"\",\"2026-01-04T23:30:00Z\",\
\"2026-01-05T00:30:01Z\",\"Task 1\",\"Ada Example\",\"ada@home.example\"
";

/// A list of clients: no sheet of time.
pub const CLIENTS: &str =
    "Client Name,Address\nExample Client,\"\"\n\"\\\\ 🔥 \"\"\"\",\\\",\"\"\n";

/// A sheet of these rows, one hour each unless they say otherwise.
pub fn sheet(rows: &[&str]) -> String {
    let rows = rows.join("\n");
    format!("Date,Client,Project,User,Email,Hours,Description\n{rows}\n")
}
