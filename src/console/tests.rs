//! Tests of the console on streams of our own.

use super::*;
use crate::answers::{Next, PlainAnswer};
use crate::event::{Event, Run};
use crate::report::human;
use crate::words::{CheckKind, Outcome, TargetId, TargetKind};
use camino::Utf8Path;
use snapbox::{assert_data_eq, str};
use std::io::{self, Write};
use std::sync::Arc;

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic elsewhere").extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Kept {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("no panic elsewhere").clone()).expect("UTF-8")
    }
}

struct Refusing(io::ErrorKind);

impl Write for Refusing {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn surroundings(variables: &[(&str, &str)]) -> Surroundings {
    let environment = variables.iter().map(|(name, value)| (name.into(), value.into())).collect();
    Surroundings::made_up(Utf8Path::new("/"), environment, jiff::Timestamp::UNIX_EPOCH)
}

fn over(writer: impl Write + Send + 'static, variables: &[(&str, &str)]) -> Stream {
    Stream::over(Box::new(writer), false, None, &surroundings(variables), Choice::Auto)
}

fn console(format: Format, detail: Detail, variables: &[(&str, &str)]) -> (Console, Kept, Kept) {
    let (out, err) = (Kept::default(), Kept::default());
    let console = Console::on(over(out.clone(), variables), over(err.clone(), variables), None, format, detail);
    (console, out, err)
}

fn answer(text: &str, exit: u8) -> PlainAnswer {
    let next = vec![Next { command: "cargo handoff status".into(), why: "see".into() }];
    let (verb, open) = ("note".into(), vec!["step 1".into()]);
    let closing = Closing { verb, outcome: Ending::Passed, exit, ready: false, open, next };
    PlainAnswer { closing, text: text.into() }
}

fn much(run: &Run<'_>) {
    let target = TargetId { package: "money".into(), kind: TargetKind::Lib, name: "money".into() };
    run.tell(Event::VerbStarted { verb: "implement".into(), payload: None });
    run.remark("the first run builds everything, so it is long");
    for n in 0..100 {
        let (id, check) = (format!("command:test:p{n}"), CheckKind::Test);
        run.tell(Event::CommandStarted { id: id.clone(), check, command: "cargo test".into() });
        run.tell(Event::Progress { check, done: n, total: Some(100), what: "tokio".into() });
        let (suite, excerpt) = ("test:money/lib/money".into(), "left: 1\nright: 2\n".into());
        run.tell(Event::TestFailed { suite, test: format!("tests::t{n}"), excerpt });
        run.tell(Event::CheckFinished {
            check,
            target: target.clone(),
            outcome: Outcome::Failed,
            why: Some("1 of 2 tests failed\u{1b}[2J".into()),
            excerpt: None,
            log: None,
            duration_ms: 1500,
        });
        run.tell(Event::CommandFinished {
            id,
            check,
            command: "cargo clippy".into(),
            outcome: Outcome::Failed,
            duration_ms: 1500,
        });
        run.warn("mind the gap");
    }
}

#[test]
fn off_a_terminal_everything_together_is_at_most_60_lines() {
    let (console, out, err) = console(Format::Human, Detail::Normal, &[]);
    much(&Run::new("r1".into(), &console));
    let long = answer("", 0);
    let exit = console.answer(&long, &long.closing, |answer, room| {
        let open = vec!["open".to_owned(); 200];
        human::plain(&PlainAnswer { closing: Closing { open, ..answer.closing.clone() }, text: String::new() }, room)
    });
    assert_eq!(exit, 0);
    let (out, err) = (out.text(), err.text());
    let n_lines = out.lines().count() + err.lines().count();
    assert!((40..=60).contains(&n_lines), "{n_lines}\n{err}\n{out}");
    assert!(err.contains("more lines; `-v` shows them all\n"), "{err}");
    assert!(out.ends_with("next: cargo handoff status - see\n"), "{out}");
    assert!(!err.contains('\u{1b}'), "{err:?}");
}

#[test]
fn failures_land_as_they_happen_and_say_where() {
    let (console, out, err) = console(Format::Human, Detail::Normal, &[]);
    let run = Run::new("r1".into(), &console);
    run.remark("the first run builds everything");
    run.tell(Event::TestFailed { suite: "test:a/lib/a".into(), test: "t::one".into(), excerpt: "left: 1".into() });
    let (id, check) = ("command:clippy".into(), CheckKind::Clippy);
    run.tell(Event::CommandFinished {
        id,
        check,
        command: "cargo clippy".into(),
        outcome: Outcome::Passed,
        duration_ms: 3210,
    });
    assert_data_eq!(
        err.text(),
        str![[r#"
the first run builds everything
      FAILED t::one  in test:a/lib/a
      passed clippy  3.2 s

"#]]
    );
    assert_eq!(out.text(), "");
}

#[test]
fn programs_get_one_object_a_line_and_the_closing_last() {
    let (console, out, _) = console(Format::Json, Detail::Normal, &[("GITHUB_ACTIONS", "true")]);
    let run = Run::new("r1".into(), &console);
    run.remark("see\n##[error]this");
    let answer = answer("done", 0);
    assert_eq!(console.answer(&answer, &answer.closing, human::plain), 0);
    assert_data_eq!(
        out.text().replace('\\', "|"),
        str![[r##"
{"reason":"remark","text":"see|n#|u0023[error]this","run":"r1","sequence":0}
{"reason":"handoff-finished","verb":"note","outcome":"passed","exit":0,"ready":false,"open":["step 1"],"next":[{"command":"cargo handoff status","why":"see"}],"text":"done"}

"##]]
    );
}

#[test]
fn an_error_ends_the_json_with_its_code() {
    let (console, out, err) = console(Format::Json, Detail::Normal, &[]);
    let error = Error::new(Code::GateClosed, "`plan.steps` is empty").hint("ask the owner of `2-plan`");
    assert_eq!(console.failure("implement", &error), 103);
    let last: Value = serde_json::from_str(&out.text()).expect("one object");
    assert_eq!((&last["outcome"], &last["exit"]), (&json!("paused"), &json!(103)));
    assert_eq!(last["error"]["code"], "gate-closed");
    assert!(err.text().starts_with("error[gate-closed]: `plan.steps` is empty\nhint: ask"), "{}", err.text());
}

#[test]
fn a_full_stdout_is_74_unless_the_verb_s_own_code_is_worse() {
    for (kind, own, exit) in [
        (io::ErrorKind::StorageFull, 0, 74),
        (io::ErrorKind::StorageFull, 100, 74),
        (io::ErrorKind::StorageFull, 70, 70),
        (io::ErrorKind::StorageFull, 130, 130),
        (io::ErrorKind::BrokenPipe, 0, 0),
        (io::ErrorKind::BrokenPipe, 105, 105),
    ] {
        let err = Kept::default();
        let streams = (over(Refusing(kind), &[]), over(err.clone(), &[]));
        let console = Console::on(streams.0, streams.1, None, Format::Human, Detail::Normal);
        let answer = answer("text", own);
        assert_eq!(console.answer(&answer, &answer.closing, human::plain), exit, "{kind} {own}");
        assert_eq!(err.text().is_empty(), kind == io::ErrorKind::BrokenPipe, "{}", err.text());
    }
}

#[test]
fn no_line_of_ours_is_a_command_to_a_ci_runner() {
    let (console, _, err) = console(Format::Human, Detail::Normal, &[("GITHUB_ACTIONS", "true")]);
    Run::new("r1".into(), &console).remark("::set-env name=A::b");
    assert_eq!(err.text(), "\\::set-env name=A::b\n");
}

#[test]
fn the_worse_exit_code_counts() {
    let order = [130, 70, 74, 75, 65, 103, 105, 100, 77, 106, 0];
    for (index, one) in order.iter().enumerate() {
        for other in &order[index..] {
            assert_eq!((worse(*one, *other), worse(*other, *one)), (*one, *one));
        }
    }
}

#[test]
fn one_reason_that_stops_every_check_is_told_once() {
    let (console, _, err) = console(Format::Human, Detail::Normal, &[]);
    let run = Run::new("r".into(), &console);
    for name in ["a", "b", "c"] {
        run.tell(Event::CheckFinished {
            check: CheckKind::Clippy,
            target: TargetId { package: name.into(), kind: TargetKind::Lib, name: name.into() },
            outcome: Outcome::CouldNotRun,
            why: Some("rustc is too old".into()),
            excerpt: None,
            log: None,
            duration_ms: 1,
        });
    }
    assert_eq!(err.text().matches("rustc is too old").count(), 1, "{}", err.text());
}
