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
	dials        atomic.Int64
	first        sync.Once
	why          string
}

func (c *crowd) ask(number int64) error {
	uid := append([]byte{}, c.uid...)
	copy(uid[len(uid)-12:], fmt.Sprintf("%012x", number))
	body := bytes.Join([][]byte{c.before, uid, c.after}, nil)
	request, err := http.NewRequest("POST", c.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json, */*")
	request.Header.Set("User-Agent", "kube-apiserver-admission")
	reply, err := c.client.Do(request)
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	answer, err := io.ReadAll(reply.Body)
	if err != nil {
		return err
	}
	if reply.StatusCode != 200 || !bytes.Contains(answer, uid) || !bytes.Contains(answer, []byte(`"allowed":true`)) {
		return fmt.Errorf("HTTP %d: %.300s", reply.StatusCode, answer)
	}
	return nil
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
	c.client = &http.Client{Transport: transport, Timeout: 10 * time.Second}
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
		"connections": c.dials.Load(), "seconds": time.Since(begun).Seconds(),
	})
}
