export { parkedPublication, publications, type PublicationRules, type PublishedFieldChange, type PublishedSubject } from './publications';
