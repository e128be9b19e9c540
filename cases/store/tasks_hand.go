package store

import (
	"context"
	"fmt"
	"slices"

	"greffier/cases"
)

// byTheirAct are the kinds of tasks that only the decision that they ask for ends.
var byTheirAct = []string{"to_attach", "arbitrate", mergeProposed, splitProposed}

// FinishTask has a member of staff say that a task is done, in a few words: what
// became of it. Its error is ErrNotFound when there is no such task, a *Refusal
// when it is done, or ends only by the decision that it asks for.
func (s *Store) FinishTask(ctx context.Context, actor string, id int64, word string) error {
	word, ok := cases.ReadNote(word)
	if !ok {
		return refuse(WhyText, "say in a few words what became of it")
	}
	return s.handleTask(ctx, actor, id, func(t *tx, k taskRow) (string, map[string]any, error) {
		switch {
		case k.done:
			return "", nil, refuse(WhyNothing, "it is done")
		case slices.Contains(byTheirAct, k.kind):
			return "", nil, refuse(WhyByItsAct, "it ends by the decision that it asks for (%s)", k.kind)
		}
		_, err := t.exec("UPDATE task SET done_at = ?, done_by = ?, word = ? WHERE id = ?", instant(t.now), t.actor, word, id)
		return "task_finished", map[string]any{"word": word}, err
	})
}

// ReopenTask opens a task again that staff had said was done.
func (s *Store) ReopenTask(ctx context.Context, actor string, id int64) error {
	return s.handleTask(ctx, actor, id, func(t *tx, k taskRow) (string, map[string]any, error) {
		if !k.done || k.by == "" {
			return "", nil, refuse(WhyNothing, "nobody said that it is done")
		}
		_, err := t.exec("UPDATE task SET done_at = NULL, done_by = '', word = '' WHERE id = ?", id)
		return "task_reopened", map[string]any{}, err
	})
}

// taskRow is a task as staff handle it.
type taskRow struct {
	kind, ref, by string
	done          bool
}

// handleTask changes a task and journals it under its case.
func (s *Store) handleTask(ctx context.Context, actor string, id int64, change func(*tx, taskRow) (event string, content map[string]any, err error)) error {
	return s.writeAs(ctx, actor, func(t *tx) error {
		var k taskRow
		if err := t.row(`SELECT k.kind, COALESCE(c.ref, ''), k.done_by, k.done_at IS NOT NULL FROM task k LEFT JOIN "case" c ON c.id = k.case_id WHERE k.id = ?`, []any{id}, &k.kind, &k.ref, &k.by, &k.done); err != nil {
			return fmt.Errorf("task %d: %w", id, err)
		}
		event, content, err := change(t, k)
		if err != nil {
			return fmt.Errorf("task %d: %w", id, err)
		}
		content["task"], content["kind"] = id, k.kind
		return t.journal(event, k.ref, content, thing{"task", id})
	})
}

// FinishedTasks lists what staff said is done, the latest first: at most most,
// those after skip.
func (s *Store) FinishedTasks(ctx context.Context, skip, most int) ([]cases.OpenTask, error) {
	return s.tasks(ctx, "k.done_by <> '' ORDER BY k.done_at DESC, k.id DESC LIMIT ? OFFSET ?", most, skip)
}

// FinishedCount counts what staff said is done.
func (s *Store) FinishedCount(ctx context.Context) (n int, err error) {
	if err = s.reader.QueryRowContext(ctx, "SELECT COUNT(*) FROM task WHERE done_by <> ''").Scan(&n); err != nil {
		err = fmt.Errorf("count tasks: %w", err)
	}
	return n, err
}

// OpenTask gives the task with that id that is open; ErrNotFound when there is none.
func (s *Store) OpenTask(ctx context.Context, id int64) (cases.OpenTask, error) {
	list, err := s.tasks(ctx, "k.done_at IS NULL AND k.id = ?", id)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("task %d: %w", id, ErrNotFound)
	}
	if err != nil {
		return cases.OpenTask{}, err
	}
	return list[0], nil
}

// ByHand reports whether staff may say of a kind of task that it is done.
func ByHand(kind string) bool { return !slices.Contains(byTheirAct, kind) }
