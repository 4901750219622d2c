{{/* A container that brings the lookup table from ConfigMaps to the gate: (dict "root" $ "name" "…" "more" (list …) "account" "whether the pod has the token anyway") */}}
{{- define "scangate.fetchContainer" -}}
{{- $fetch := .root.Values.table.fetch -}}
- name: {{ .name }}
  {{- include "scangate.containerBasics" .root | nindent 2 }}
  args:
    {{- toYaml (concat (list "table" "fetch" "--namespace" .root.Release.Namespace "--selector" $fetch.selector
      "--output" "/etc/scangate/table" "--interval" $fetch.interval) .more) | nindent 4 }}
  resources:
    {{- toYaml $fetch.resources | nindent 4 }}
  volumeMounts:
    - name: scratch
      mountPath: /tmp
    - name: table
      mountPath: /etc/scangate/table
    {{- if not .account }}
    - name: cluster-token
      mountPath: /var/run/secrets/kubernetes.io/serviceaccount
      readOnly: true
    {{- end }}
{{- end -}}
