"""Tests against a real Kubernetes API server.

It needs etcd and kube-apiserver, of any version from 1.29 on, in the folder that `KUBEBUILDER_ASSETS` names or in
/usr/local/kubebuilder/bin. Where they are not, these tests are skipped, and say so.
"""
