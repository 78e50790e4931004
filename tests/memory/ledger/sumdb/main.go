// Sumdb verifies a published log with the packages that verify the Go checksum database: every entry against the
// tiles, the tiles against the root, the root against the checkpoint's signature; and proofs of both kinds.
//
// Usage: sumdb DIRECTORY VERIFIER-KEY
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// directory reads the tiles of a log from a directory.
type directory string

func (d directory) Height() int                                { return height }
func (d directory) SaveTiles(tiles []tlog.Tile, data [][]byte) {}

func (d directory) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	read := make([][]byte, len(tiles))
	for i, tile := range tiles {
		// Their paths name the height, ours do not.
		data, err := d.read("tile/" + strings.TrimPrefix(tile.Path(), "tile/8/"))
		if err != nil {
			return nil, err
		}
		read[i] = data
	}
	return read, nil
}

func (d directory) read(path string) ([]byte, error) {
	return os.ReadFile(filepath.Join(string(d), filepath.FromSlash(path)))
}

// bundle returns the entries from number 256*n on, of which there are width.
func (d directory) bundle(n int64, width int) ([][]byte, error) {
	tile := tlog.Tile{H: height, L: -1, N: n, W: width}
	data, err := d.read("tile/entries/" + strings.TrimPrefix(tile.Path(), "tile/8/data/"))
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) >= 2 {
		size := int(binary.BigEndian.Uint16(data))
		if len(data) < 2+size {
			return nil, fmt.Errorf("bundle %d is cut short", n)
		}
		entries = append(entries, data[2:2+size])
		data = data[2+size:]
	}
	if len(entries) != width || len(data) > 0 {
		return nil, fmt.Errorf("bundle %d has %d entries, not %d", n, len(entries), width)
	}
	return entries, nil
}

// signedTree returns the tree of the checkpoint, whose signature it verifies.
func signedTree(d directory, key string) (tree tlog.Tree, err error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return tree, err
	}
	data, err := d.read("checkpoint")
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return tree, fmt.Errorf("not a checkpoint of %s", verifier.Name())
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tree, fmt.Errorf("not a root: %q", lines[2])
	}
	copy(tree.Hash[:], root)
	return tree, nil
}

// checkEntries compares every entry with its hash in tiles that lead to the root.
func checkEntries(d directory, tree tlog.Tree, hashes tlog.HashReader) error {
	for n := int64(0); n<<height < tree.N; n++ {
		width := 1 << height
		if rest := tree.N - n<<height; rest < int64(width) {
			width = int(rest)
		}
		entries, err := d.bundle(n, width)
		if err != nil {
			return err
		}
		indexes := make([]int64, width)
		for i := range indexes {
			indexes[i] = tlog.StoredHashIndex(0, n<<height+int64(i))
		}
		stored, err := hashes.ReadHashes(indexes)
		if err != nil {
			return err
		}
		for i, entry := range entries {
			if tlog.RecordHash(entry) != stored[i] {
				return fmt.Errorf("entry %d is not the one in the tree", n<<height+int64(i))
			}
		}
	}
	return nil
}

// checkProofs proves and checks an entry, and the growth from that many entries on.
func checkProofs(d directory, tree tlog.Tree, hashes tlog.HashReader, n int64) error {
	record, err := tlog.ProveRecord(tree.N, n, hashes)
	if err != nil {
		return err
	}
	stored, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, n)})
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(record, tree.N, tree.Hash, n, stored[0]); err != nil {
		return err
	}
	if n == 0 {
		return nil
	}
	old, err := tlog.TreeHash(n, hashes)
	if err != nil {
		return err
	}
	growth, err := tlog.ProveTree(tree.N, n, hashes)
	if err != nil {
		return err
	}
	return tlog.CheckTree(growth, tree.N, tree.Hash, n, old)
}

func main() {
	log.SetFlags(0)
	d := directory(os.Args[1])
	tree, err := signedTree(d, os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	hashes := tlog.TileHashReader(tree, d)
	if err := checkEntries(d, tree, hashes); err != nil {
		log.Fatal(err)
	}
	for _, n := range []int64{0, tree.N / 3, tree.N / 2, tree.N - 1} {
		if n >= 0 && n < tree.N {
			if err := checkProofs(d, tree, hashes, n); err != nil {
				log.Fatal(err)
			}
		}
	}
	fmt.Printf("%d %s\n", tree.N, tree.Hash)
}
