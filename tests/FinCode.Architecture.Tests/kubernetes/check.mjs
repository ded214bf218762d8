// Reads rendered manifests from standard input and checks every document strictly against the types of Kubernetes 1.36: unknown kinds,
// unknown fields, wrong types, missing names. Prints one problem a line; exit code 1 when there is any, or no document at all.
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import * as models from './node_modules/@kubernetes/client-node/dist/gen/models/ObjectSerializer.js';

const apiVersions = {
  v1: 'V1', 'apps/v1': 'V1', 'batch/v1': 'V1', 'networking.k8s.io/v1': 'V1', 'policy/v1': 'V1', 'autoscaling/v2': 'V2',
  'rbac.authorization.k8s.io/v1': 'V1',
};
// Enumerations that the type maps know only as strings.
const enums = {
  'V1Container.imagePullPolicy': ['Always', 'IfNotPresent', 'Never'],
  'V1HTTPGetAction.scheme': ['HTTP', 'HTTPS'],
  'V1PodSpec.restartPolicy': ['Always', 'OnFailure', 'Never'],
  'V1ContainerPort.protocol': ['TCP', 'UDP', 'SCTP'],
  'V1ServicePort.protocol': ['TCP', 'UDP', 'SCTP'],
  'V1ServiceSpec.type': ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'],
  'V1DeploymentStrategy.type': ['Recreate', 'RollingUpdate'],
  'V1SeccompProfile.type': ['Localhost', 'RuntimeDefault', 'Unconfined'],
};
const quantity = /^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(([KMGTPE]i)|[numkMGTPE]|[eE][+-]?[0-9]+)?$/;
const problems = [];

function checkValue(value, type, path) {
  if (value === null || value === undefined) return problems.push(`${path}: empty`);
  const array = /^Array<(.+)>$/.exec(type);
  if (array) {
    if (!Array.isArray(value)) return problems.push(`${path}: expected a list`);
    return value.forEach((item, i) => checkValue(item, array[1], `${path}[${i}]`));
  }
  const map = /^\{ \[key: string\]: (.+); \}$/.exec(type);
  if (map) {
    if (typeof value !== 'object' || Array.isArray(value)) return problems.push(`${path}: expected a map`);
    return Object.entries(value).forEach(([key, item]) => checkValue(
      item, /resources\.(limits|requests)$/.test(path) ? 'quantity' : map[1], `${path}.${key}`));
  }
  if (type === 'quantity') {
    if (!quantity.test(String(value))) problems.push(`${path}: '${value}' is not a quantity`);
  } else if (type === 'IntOrString') {
    if (!Number.isInteger(value) && typeof value !== 'string') problems.push(`${path}: expected an integer or a string`);
  } else if (type === 'number') {
    if (!Number.isInteger(value)) problems.push(`${path}: expected an integer`);
  } else if (type === 'string' || type === 'boolean') {
    if (typeof value !== type) problems.push(`${path}: expected a ${type}`);
  } else if (models[type]?.getAttributeTypeMap) {
    checkObject(value, type, path);
  }
}

function checkObject(value, type, path) {
  if (typeof value !== 'object' || Array.isArray(value)) return problems.push(`${path}: expected an object`);
  const fields = new Map(models[type].getAttributeTypeMap().map((field) => [field.baseName, field]));
  for (const [key, item] of Object.entries(value)) {
    const field = fields.get(key);
    if (!field) problems.push(`${path}: unknown field '${key}'`);
    else checkValue(item, field.type, `${path}.${key}`);
    const allowed = enums[`${type}.${key}`];
    if (allowed && !allowed.includes(item)) problems.push(`${path}.${key}: '${item}' is none of ${allowed.join(', ')}`);
  }
}

const documents = parseAllDocuments(readFileSync(0, 'utf8'));
let count = 0;
const seen = new Set();
for (const document of documents) {
  for (const error of document.errors) problems.push(`YAML: ${error.message}`);
  const manifest = document.toJS();
  if (manifest === null) continue;
  count++;
  const name = `${manifest.kind}/${manifest.metadata?.name}`;
  const type = `${apiVersions[manifest.apiVersion]}${manifest.kind}`;
  if (!/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(manifest.metadata?.name ?? '')) problems.push(`${name}: a bad name`);
  if (seen.has(name)) problems.push(`${name}: defined twice`);
  seen.add(name);
  if (!models[type]) problems.push(`${name}: unknown kind ${manifest.apiVersion} ${manifest.kind}`);
  else checkObject(manifest, type, name);
}
if (count === 0) problems.push('no document at all');
for (const problem of problems) console.log(problem);
console.log(`${count} documents, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
