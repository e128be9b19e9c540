package store

import (
	"fmt"

	"greffier/cases"
)

// taskRef is what a task is about; zero ids are none.
type taskRef struct{ caseID, mailID, letterID, otherID int64 }

// openTask gives staff something to do, once for the same thing.
func (t *tx) openTask(about taskRef, kind, detail string) error {
	var n int
	if err := t.row("SELECT COUNT(*) FROM task WHERE kind = ? AND case_id IS ? AND mail_id IS ? AND letter_id IS ? AND other_id IS ?",
		[]any{kind, nullable(about.caseID), nullable(about.mailID), nullable(about.letterID), nullable(about.otherID)}, &n); err != nil {
		return fmt.Errorf("look for task: %w", err)
	}
	if n > 0 {
		return nil
	}
	var id int64
	if err := t.row("INSERT INTO task (case_id, mail_id, letter_id, other_id, kind, detail, opened_at) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
		[]any{nullable(about.caseID), nullable(about.mailID), nullable(about.letterID), nullable(about.otherID), kind, detail, instant(t.now)}, &id); err != nil {
		return fmt.Errorf("open task: %w", err)
	}
	ref := ""
	if about.caseID != 0 {
		if err := t.row(`SELECT ref FROM "case" WHERE id = ?`, []any{about.caseID}, &ref); err != nil {
			return fmt.Errorf("open task: %w", err)
		}
	}
	return t.journal("task_opened", ref, map[string]any{"kind": kind, "mail": about.mailID, "letter": about.letterID}, thing{"task", id})
}

// reopenTask opens a task about a mail again that was done.
func (t *tx) reopenTask(kind string, mailID int64) error {
	ids, err := collect(t.ctx, t, one[int64], "SELECT id FROM task WHERE kind = ? AND mail_id = ?", kind, mailID)
	if err != nil {
		return fmt.Errorf("reopen task: %w", err)
	}
	if len(ids) > 0 {
		return t.reopenTasks(ids)
	}
	return t.openTask(taskRef{mailID: mailID}, kind, "its attachment was taken back")
}

// reopenTasks opens tasks again that were done.
func (t *tx) reopenTasks(ids []int64) error {
	for _, id := range ids {
		if _, err := t.exec("UPDATE task SET done_at = NULL, done_by = '', word = '' WHERE id = ?", id); err != nil {
			return fmt.Errorf("reopen task %d: %w", id, err)
		}
		if err := t.journalTask("task_reopened", id); err != nil {
			return err
		}
	}
	return nil
}

// doneTasks closes the open tasks that a condition names.
func (t *tx) doneTasks(where string, arg any) error {
	ids, err := collect(t.ctx, t, one[int64], "SELECT id FROM task WHERE done_at IS NULL AND "+where, arg)
	if err != nil {
		return fmt.Errorf("look for tasks: %w", err)
	}
	for _, id := range ids {
		if _, err := t.exec("UPDATE task SET done_at = ? WHERE id = ?", instant(t.now), id); err != nil {
			return fmt.Errorf("close task %d: %w", id, err)
		}
		if err := t.journalTask("task_done", id); err != nil {
			return err
		}
	}
	return nil
}

// journalTask journals what became of a task under its case.
func (t *tx) journalTask(event string, id int64) error {
	var kind, ref string
	if err := t.row(`SELECT k.kind, COALESCE(c.ref, '') FROM task k LEFT JOIN "case" c ON c.id = k.case_id WHERE k.id = ?`, []any{id}, &kind, &ref); err != nil {
		return fmt.Errorf("look up task %d: %w", id, err)
	}
	return t.journal(event, ref, map[string]any{"task": id, "kind": kind}, thing{"task", id})
}

// tasksOf opens what a mail in a case gives staff to do.
func (t *tx) tasksOf(m *filed, c *caseRow, e cases.Event, mine []cases.File) error {
	about := taskRef{caseID: c.id, mailID: m.id}
	var unreadable, unsorted bool
	byLink := len(m.links) > 0
	for _, f := range mine {
		unreadable = unreadable || f.State == cases.Unreadable
		byLink = byLink || f.State == cases.ByLink
		unsorted = unsorted || f.Unsorted()
	}
	var dangerous bool
	if err := t.row(`SELECT EXISTS (SELECT 1 FROM part WHERE mail_id = ? AND role <> '' AND warnings LIKE ?)`, []any{m.id, `%"` + cases.WarnDangerous + `%`}, &dangerous); err != nil {
		return fmt.Errorf("look for dangerous files: %w", err)
	}
	for _, o := range []struct {
		when         bool
		kind, detail string
	}{
		{e == cases.FollowUp && !m.oversize, "message", "a message without a file"},
		{e == cases.Withdrawal && c.phase != cases.Withdrawn, "message", "the candidate gives up, in a phase that only staff can change"},
		{len(mine) > 0 && m.timeliness == cases.ToArbitrate, "arbitrate", "a deposit to arbitrate against the deadline"},
		{e == cases.Withdrawal && c.phase == cases.Withdrawn, "withdrawal", "the candidate gives up"},
		{len(mine) > 0 && c.phase.SetAside(), "message", "a deposit in a case that was set aside"},
		{m.oversize, "oversize", "a mail too large to be fetched: only its header is held"},
		{dangerous, "dangerous", "a file could act on the computer of whoever opens it"},
		{unreadable, "unreadable", "a file cannot be opened"},
		{byLink, "by_link", "a link came instead of a file"},
		{unsorted, "to_sort", "a file was not recognised as a piece"},
	} {
		if !o.when {
			continue
		}
		if err := t.openTask(about, o.kind, o.detail); err != nil {
			return err
		}
	}
	return nil
}
