//go:build race

package content

// raceDetector says that this is a build for tests whose shadow memory, many
// times what the program uses, counts as its own: a limit of memory would end it.
const raceDetector = true
