// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Stands for the IndexRegistry of the M2 middleware (7d49b51, same in b42aa0b): who is in a quorum, in which order.
// A leaver's place goes to the last of the list, so the order is not that of joining; ties of the automatic churn are
// decided by it.
//
// How many are in a quorum, and at which index, has its history by block (History.sol).
//
// Left out: reading that history, and the existence of quorums (the coordinator never names one that does not exist).
// operatorIds stands for getOperatorListAtBlockNumber at the current block.

import {CoordinatorOnly} from "./CoordinatorOnly.sol";
import {History} from "./History.sol";

contract IndexRegistry is CoordinatorOnly {
    using History for History.Entry[];

    event QuorumIndexUpdate(bytes32 indexed operatorId, uint8 quorumNumber, uint32 newOperatorIndex);

    mapping(uint8 quorumNumber => bytes32[]) private _operatorIds;
    mapping(uint8 quorumNumber => mapping(bytes32 operatorId => uint32)) public currentOperatorIndex;
    mapping(uint8 quorumNumber => History.Entry[]) private _counts;
    mapping(uint8 quorumNumber => mapping(uint32 index => History.Entry[])) private _places;

    constructor(address registryCoordinator_) CoordinatorOnly(registryCoordinator_) {}

    function registerOperator(bytes32 operatorId, bytes calldata quorumNumbers)
        external
        onlyRegistryCoordinator
        returns (uint32[] memory counts)
    {
        counts = new uint32[](quorumNumbers.length);
        for (uint256 i = 0; i < quorumNumbers.length; i++) {
            uint8 quorumNumber = uint8(quorumNumbers[i]);
            _operatorIds[quorumNumber].push(operatorId);
            counts[i] = totalOperatorsForQuorum(quorumNumber);
            _counts[quorumNumber].record(counts[i]);
            _assign(operatorId, quorumNumber, counts[i] - 1);
        }
    }

    function deregisterOperator(bytes32 operatorId, bytes calldata quorumNumbers) external onlyRegistryCoordinator {
        for (uint256 i = 0; i < quorumNumbers.length; i++) {
            uint8 quorumNumber = uint8(quorumNumbers[i]);
            bytes32[] storage ids = _operatorIds[quorumNumber];
            bytes32 last = ids[ids.length - 1];
            ids.pop();
            _counts[quorumNumber].record(uint96(ids.length));
            _places[quorumNumber][uint32(ids.length)].record(0);
            if (operatorId != last) {
                uint32 freed = currentOperatorIndex[quorumNumber][operatorId];
                ids[freed] = last;
                _assign(last, quorumNumber, freed);
            }
        }
    }

    function totalOperatorsForQuorum(uint8 quorumNumber) public view returns (uint32) {
        return uint32(_operatorIds[quorumNumber].length);
    }

    function operatorIds(uint8 quorumNumber) external view returns (bytes32[] memory) {
        return _operatorIds[quorumNumber];
    }

    /// The present list: no history is kept here, whatever block is asked for.
    function getOperatorListAtBlockNumber(uint8 quorumNumber, uint32) external view returns (bytes32[] memory) {
        return _operatorIds[quorumNumber];
    }

    function _assign(bytes32 operatorId, uint8 quorumNumber, uint32 index) private {
        currentOperatorIndex[quorumNumber][operatorId] = index;
        _places[quorumNumber][index].record(uint96(uint256(operatorId)));
        emit QuorumIndexUpdate(operatorId, quorumNumber, index);
    }

    function _notTheCoordinator() internal pure override returns (string memory) {
        return "IndexRegistry.onlyRegistryCoordinator: caller is not the registry coordinator";
    }
}
