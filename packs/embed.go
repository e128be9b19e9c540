// Package packs holds the application packs: the files a candidate receives
// attached to the first letter, one folder an edition. Every file of a folder
// is part of the pack, and a folder holds nothing else.
//
// The daemon reads a pack from the folder that the configuration names, so an
// operator replaces a document by replacing a file. The copies embedded here
// serve the rehearsal alone, which must run without any file beside the
// program. An unknown pack is an error; a known one can always be read.
//
// The files are made by the program in packs/make.
package packs

import (
	"embed"
	"fmt"
	"io/fs"
)

//go:embed hubs-2018 hubs-2020
var files embed.FS

// Names returns the names of the packs, which are also the names of their
// folders, in the order in which the editions opened.
func Names() []string { return []string{"hubs-2018", "hubs-2020"} }

// FS returns the files of the named pack at the root of a read-only file
// system. For a name that Names does not list, the error wraps
// fs.ErrNotExist.
func FS(name string) (fs.FS, error) {
	for _, n := range Names() {
		if n == name {
			return fs.Sub(files, n)
		}
	}
	return nil, fmt.Errorf("open pack %q: %w", name, fs.ErrNotExist)
}
