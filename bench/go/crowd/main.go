// Asks a webhook from many callers at once through one net/http client, as kube-apiserver has one for each webhook: it
// keeps up to 25 idle connections, opens further ones where a caller would have to wait, and closes those that it need
// not keep. Prints what came of it as JSON.
package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

type crowd struct {
	client       *http.Client
	url          string
	before, uid  []byte
	after        []byte
	left, failed atomic.Int64
	dials, again atomic.Int64
	first        sync.Once
	why          string
}

const timeout = 10 * time.Second

// As client-go does: who is told to come again does, a few times, while there is time.
func (c *crowd) ask(number int64) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	for tries := 1; ; tries++ {
		wait, err := c.try(ctx, number)
		if wait == 0 || tries == 10 {
			return err
		}
		c.again.Add(1)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return err
		}
	}
}

func (c *crowd) try(ctx context.Context, number int64) (time.Duration, error) {
	uid := append([]byte{}, c.uid...)
	copy(uid[len(uid)-12:], fmt.Sprintf("%012x", number))
	body := bytes.Join([][]byte{c.before, uid, c.after}, nil)
	request, err := http.NewRequestWithContext(ctx, "POST", c.url, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json, */*")
	request.Header.Set("User-Agent", "kube-apiserver-admission")
	reply, err := c.client.Do(request)
	if err != nil {
		return 0, err
	}
	defer reply.Body.Close()
	answer, err := io.ReadAll(reply.Body)
	if err != nil {
		return 0, err
	}
	if reply.StatusCode != 200 || !bytes.Contains(answer, uid) || !bytes.Contains(answer, []byte(`"allowed":true`)) {
		seconds, _ := strconv.Atoi(reply.Header.Get("Retry-After"))
		return time.Duration(seconds) * time.Second, fmt.Errorf("HTTP %d: %.300s", reply.StatusCode, answer)
	}
	return 0, nil
}

func (c *crowd) work() {
	for {
		number := c.left.Add(-1)
		if number < 0 {
			return
		}
		if err := c.ask(number); err != nil {
			c.failed.Add(1)
			c.first.Do(func() { c.why = err.Error() })
		}
	}
}

func main() {
	address := flag.String("address", "", "host and port")
	authority := flag.String("authority", "", "certificate of the authority")
	file := flag.String("body", "", "file with the body")
	mark := flag.String("mark", "", "the uid in the body that is replaced")
	callers := flag.Int("callers", 200, "requests at the same time")
	requests := flag.Int64("requests", 10000, "requests in all")
	flag.Parse()
	body, err := os.ReadFile(*file)
	if err != nil {
		log.Fatal(err)
	}
	before, after, found := bytes.Cut(body, []byte(*mark))
	if !found || len(*mark) < 12 {
		log.Fatalf("there is no uid %q in the body", *mark)
	}
	pem, err := os.ReadFile(*authority)
	if err != nil {
		log.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	c := &crowd{url: "https://" + *address + "/validate?timeout=10s", before: before, uid: []byte(*mark), after: after}
	dialer := &net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}
	transport := &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: roots, ServerName: "localhost", NextProtos: []string{"http/1.1"}},
		TLSHandshakeTimeout: 10 * time.Second,
		MaxIdleConnsPerHost: 25,
		IdleConnTimeout:     90 * time.Second,
	}
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		c.dials.Add(1)
		return dialer.DialContext(ctx, network, address)
	}
	c.client = &http.Client{Transport: transport}
	c.left.Store(*requests)
	begun := time.Now()
	var group sync.WaitGroup
	for range *callers {
		group.Add(1)
		go func() {
			defer group.Done()
			c.work()
		}()
	}
	group.Wait()
	json.NewEncoder(os.Stdout).Encode(map[string]any{
		"requests": *requests, "failed": c.failed.Load(), "first": c.why,
		"connections": c.dials.Load(), "again": c.again.Load(), "seconds": time.Since(begun).Seconds(),
	})
}
