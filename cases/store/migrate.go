package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"strconv"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate applies the embedded migrations that the database has not seen, each
// in one transaction with its number in user_version.
func (s *Store) migrate(ctx context.Context) error {
	files, err := migrations.ReadDir("migrations")
	if err != nil {
		return fmt.Errorf("list migrations: %w", err)
	}
	var version int
	if err := s.writer.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return fmt.Errorf("read database version: %w", err)
	}
	if version > len(files) {
		return fmt.Errorf("the database is of version %d, this program knows up to %d: use the newer program", version, len(files))
	}
	for i := version; i < len(files); i++ {
		text, err := migrations.ReadFile("migrations/" + files[i].Name())
		if err != nil {
			return fmt.Errorf("read migration: %w", err)
		}
		if err := s.migrateOne(ctx, string(text), i+1); err != nil {
			return fmt.Errorf("migrate to version %d: %w", i+1, err)
		}
	}
	return nil
}

func (s *Store) migrateOne(ctx context.Context, text string, version int) (err error) {
	t, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, t.Rollback())
		}
	}()
	// Another command may have migrated while this one waited for the lock.
	var now int
	if err := t.QueryRowContext(ctx, "PRAGMA user_version").Scan(&now); err != nil {
		return err
	}
	if now < version {
		if _, err := t.ExecContext(ctx, text); err != nil {
			return err
		}
		if _, err := t.ExecContext(ctx, "PRAGMA user_version = "+strconv.Itoa(version)); err != nil {
			return err
		}
	}
	return t.Commit()
}
