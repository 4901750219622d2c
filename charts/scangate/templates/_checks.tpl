{{/* What the schema of the values cannot say: values that contradict each other. */}}
{{- define "scangate.checks" -}}
{{- $v := .Values -}}
{{- if and (eq $v.identity.mode "key") (empty $v.identity.key.existingSecret) (empty $v.identity.key.json) -}}
{{- fail "identity.key: set existingSecret or json" -}}
{{- end -}}
{{- if and $v.identity.key.existingSecret $v.identity.key.json -}}
{{- fail "identity.key: set existingSecret or json, not both" -}}
{{- end -}}
{{- if eq $v.identity.mode "federation" -}}
{{- range $key := list "serviceAccountId" "audience" -}}
{{- if empty (get $v.identity.federation $key) -}}
{{- fail (printf "identity.federation.%s: must be set" $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and (eq $v.identity.mode "token") (empty $v.identity.token.existingSecret) -}}
{{- fail "identity.token.existingSecret: must be set" -}}
{{- end -}}
{{- if eq $v.certificates.mode "own" -}}
{{- range $key := list "existingSecret" "caBundle" -}}
{{- if empty (get $v.certificates.own $key) -}}
{{- fail (printf "certificates.own.%s: must be set" $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and $v.policy.mode $v.policy.existingConfigMap.name -}}
{{- fail "policy.mode: has no effect on policy.existingConfigMap; set the mode there" -}}
{{- end -}}
{{- if and (has "Deny" $v.requireDigests.actions) (has "Warn" $v.requireDigests.actions) -}}
{{- fail "requireDigests.actions: Deny and Warn exclude each other" -}}
{{- end -}}
{{- if and $v.table.fetch.enabled $v.table.existingConfigMaps -}}
{{- fail "table.existingConfigMaps: has no effect with table.fetch; give them the labels of table.fetch.selector" -}}
{{- end -}}
{{- if and $v.tableSync.enabled (empty (concat $v.tableSync.registries $v.tableSync.folders $v.tableSync.repositories)) -}}
{{- fail "tableSync: name at least one of registries, folders and repositories" -}}
{{- end -}}
{{- if and $v.tracing.enabled (empty $v.tracing.endpoint) -}}
{{- fail "tracing.endpoint: must be set" -}}
{{- end -}}
{{- if eq $v.server.port $v.server.probePort -}}
{{- fail "server.probePort: must differ from server.port" -}}
{{- end -}}
{{- if has .Release.Namespace (list "kube-system" "kube-public" "kube-node-lease") -}}
{{- fail (printf "install into a namespace of its own: nothing in the release's namespace is judged, and %s is not for that" .Release.Namespace) -}}
{{- end -}}
{{- end -}}
